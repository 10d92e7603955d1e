import { dualIdDataSource } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { Booking, Permission, SeatClass } from './booking.entity.js';

/** The data source of a consumer of the library, as TypeORM's command line reads it. */
export const dataSource = new DataSource(
  dualIdDataSource({
    url: process.env['DATABASE_URL'] ?? '',
    entities: [SeatClass, Booking, Permission],
    migrations: [process.env['MIGRATIONS'] ?? ''],
  }),
);
