import { defineDualIdConfig } from 'nest-dual-id';
import { shopDataSource } from './data-source-options.js';
import { instacart } from './import/instacart.js';

/** What the `dual-id` command needs to know of the shop. */
export const config = defineDualIdConfig({ dataSource: shopDataSource, import: instacart });
