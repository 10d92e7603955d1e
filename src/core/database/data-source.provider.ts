import type { Provider } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { problem } from '../errors/problem.js';

/** Injection token of the data source to which the guarantees apply. */
export const DUAL_ID_DATA_SOURCE = Symbol('nest-dual-id:data-source');

/** Provides the data source with a name, or the unnamed one. */
export function dataSourceProvider(name: string | undefined): Provider {
  return {
    provide: DUAL_ID_DATA_SOURCE,
    useFactory: (found: DataSource | undefined) => {
      if (found) return found;
      const what = name === undefined ? 'a data source without a name' : `the data source ${name}`;
      throw problem('setup_refused', {
        detail: `DualIdModule could not find ${what}. Import TypeOrmModule.forRoot(dualIdDataSource({ ... })) next to it, and if that has a name, pass it: DualIdModule.forRoot({ dataSource: '<name>' }).`,
      });
    },
    inject: [{ token: getDataSourceToken(name) as never, optional: true }],
  };
}
