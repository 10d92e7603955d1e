import { defineDualIdConfig } from 'nest-dual-id';
import { createApp } from './create-app.js';
import { shopDataSource } from './data-source-options.js';
import { connectionOf } from './database-settings.js';
import { instacartData } from './generate/instacart-data.js';
import { instacart } from './import/instacart.js';
import { historyViews, shopViews } from './views.js';

const connection = () => connectionOf(process.env['DATABASE_CONNECTION']);

/** What the `dual-id` command needs to know about the shop. */
export const config = defineDualIdConfig({
  dataSource: (databaseUrl) => shopDataSource(databaseUrl, connection()),
  import: instacart,
  generate: instacartData,
  views: shopViews,
  history: historyViews,
  application: (databaseUrl) => createApp({ databaseUrl, connection: connection() }),
});
