import type { Database } from 'nest-dual-id';
import { problem } from 'nest-dual-id';
import { shopProblem } from '../shop-errors.js';
import { unorderable } from './place-order.sql.js';

/** Refuses products that do not exist, have no price or are no longer on sale. */
export async function refuseUnorderable(
  database: Database,
  products: readonly string[],
): Promise<void> {
  const lines = await database.rows(unorderable, [products]);
  if (lines.length === 0) return;
  const errors = lines.map(([position, why]) => ({
    pointer: `/items/${(position as number) - 1}/productUuid`,
    detail: (why ?? 'does not exist') as string,
  }));
  const isMissing = lines.some(([, why]) => why === null);
  throw isMissing
    ? problem('missing_reference', { errors })
    : shopProblem('not_orderable', { errors });
}
