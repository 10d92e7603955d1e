import { DataSource } from 'typeorm';
import { shopDataSource } from './data-source-options.js';

/** The data source of TypeORM's own command line: `typeorm -d dist/src/shop/data-source.js`. */
export const dataSource = new DataSource(shopDataSource(process.env['DATABASE_URL'] ?? ''));
