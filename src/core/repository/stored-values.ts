import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { columnTypeOf } from '../column-types/column-types.js';
import type { KeepValue } from '../column-types/keep.js';

/**
 * How a column stores values of its type; undefined where PostgreSQL itself refuses what it cannot
 * store. A column with a transformer takes the transformer's output.
 */
export function keeperOf(column: ColumnMetadata): KeepValue | undefined {
  const type = columnTypeOf(column);
  if (column.transformer || !type) return undefined;
  const one = type.keeper?.(column);
  if (!column.isArray) return one;
  return (value, refuse) => {
    if (!Array.isArray(value)) throw refuse('is not a list');
    return value.map((element: unknown) => {
      // PostgreSQL would take it for a second dimension, which no view shows.
      if (Array.isArray(element) && !type.isJson) {
        throw refuse('is a list within a list');
      }
      return one && element !== null ? one(element, refuse) : element;
    });
  };
}
