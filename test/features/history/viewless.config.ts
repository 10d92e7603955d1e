import { defineDualIdConfig, dualIdDataSource } from 'nest-dual-id';

/** An application that has not said how histories are shown. */
export const config = defineDualIdConfig({
  dataSource: (url) => dualIdDataSource({ url, entities: [] }),
});
