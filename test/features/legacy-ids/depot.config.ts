import { defineDualIdConfig, dualIdDataSource } from 'nest-dual-id';

export const config = defineDualIdConfig({
  dataSource: (url) => dualIdDataSource({ url, entities: [] }),
});
