import type { Provider } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { problem } from '../errors/problem.js';

/** Injection token of the data source that the guarantees hold for. */
export const DUAL_ID_DATA_SOURCE = Symbol('nest-dual-id:data-source');

/** Provides the data source of a name, or the one that has none. */
export function dataSourceProvider(name: string | undefined): Provider {
  return {
    provide: DUAL_ID_DATA_SOURCE,
    useFactory: (found: DataSource | undefined) => {
      if (found) return found;
      const what = name === undefined ? 'a data source without a name' : `the data source ${name}`;
      throw problem('setup_refused', {
        detail: `DualIdModule found no trace of ${what}. Import TypeOrmModule.forRoot(dualIdDataSource({ ... })) beside it, and where that has a name, say so: DualIdModule.forRoot({ dataSource: '<name>' }).`,
      });
    },
    inject: [{ token: getDataSourceToken(name) as never, optional: true }],
  };
}
