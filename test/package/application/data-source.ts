import { defineDualIdConfig } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from './parcels.js';

/** What TypeORM's command reads. */
export const dataSource = new DataSource(dataSourceOptions(process.env['DATABASE_URL'] ?? ''));

/** What the command `dual-id` reads. */
export const config = defineDualIdConfig({ dataSource: dataSourceOptions });
