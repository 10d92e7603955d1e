import { defineDualIdConfig } from 'nest-dual-id';
import { shopMigrations } from './data-source-options.js';
import { instacart } from './import/instacart.js';

/** What the `dual-id` command needs to know of the shop. */
export const config = defineDualIdConfig({ dataSource: shopMigrations, import: instacart });
