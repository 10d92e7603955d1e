import type { ApiKeysOptions } from 'nest-dual-id/api-keys';

/** How the keys of the benchmark are made. */
export const benchKeys: ApiKeysOptions = {
  prefix: 'bench',
  environment: 'test',
  peppers: { 1: 'b0'.repeat(32) },
  guardsRoutes: true,
};
