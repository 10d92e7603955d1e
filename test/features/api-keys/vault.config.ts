import { defineDualIdConfig, dualIdDataSource } from 'nest-dual-id';
import { vaultOptions } from './vault.js';

export const config = defineDualIdConfig({
  dataSource: (url) => dualIdDataSource({ url, entities: [] }),
  apiKeys: () => vaultOptions,
});
