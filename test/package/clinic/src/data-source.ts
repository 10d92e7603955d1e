import { DataSource } from 'typeorm';
import { clinicDataSource, databaseUrl } from './database.js';

/** What TypeORM's command reads: `typeorm -d dist/data-source.js`. */
export const dataSource = new DataSource(clinicDataSource(databaseUrl()));
