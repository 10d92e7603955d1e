import { randomBytes } from 'node:crypto';
import { defineDualIdConfig } from 'nest-dual-id';
import { accessSettings } from './access/access-settings.js';
import { shopKeyOptions } from './access/key-options.js';
import { pepperOf } from './access/pepper.js';
import { createApp } from './create-app.js';
import { shopDataSource } from './data-source-options.js';
import { connectionOf, databaseUrlOf } from './database-settings.js';
import { instacartData } from './generate/instacart-data.js';
import { instacart } from './import/instacart.js';
import { historyViews, shopViews } from './views.js';

const connection = () => connectionOf(process.env['DATABASE_CONNECTION']);

const pepper = () =>
  pepperOf({
    ...accessSettings(process.env),
    databaseUrl: databaseUrlOf(process.env['DATABASE_URL']),
    dataDir: process.env['DUAL_ID_DATA_DIR'] || '.data',
  });

/** What the `dual-id` command needs to know about the shop. */
export const config = defineDualIdConfig({
  dataSource: (databaseUrl) => shopDataSource(databaseUrl, connection()),
  import: instacart,
  generate: instacartData,
  views: shopViews,
  history: historyViews,
  apiKeys: async () => shopKeyOptions(await pepper()),
  // An application that does not listen verifies no keys.
  application: (databaseUrl) =>
    createApp({ databaseUrl, connection: connection(), pepper: randomBytes(32).toString('hex') }),
});
