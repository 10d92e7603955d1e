import { defineDualIdConfig } from 'nest-dual-id';
import { createApp } from './create-app.js';
import { clinicDataSource } from './database.js';

/** What the command `dual-id` reads. */
export const config = defineDualIdConfig({
  dataSource: clinicDataSource,
  application: createApp,
});
