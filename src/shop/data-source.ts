import { DataSource } from 'typeorm';
import { shopDataSource } from './data-source-options.js';
import { databaseUrlOf } from './database-settings.js';

/** The data source for TypeORM's own command line: `typeorm -d dist/src/shop/data-source.js`. */
export const dataSource = new DataSource(
  shopDataSource(databaseUrlOf(process.env['DATABASE_URL']) ?? ''),
);
