import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { columnTypes, typeNameOf } from './column-types.js';

/** What PostgreSQL counts rows in. */
export const countType = 'bigint';

/** The name under which text can be cast to a column's type, or undefined. */
export function castNameOf(column: ColumnMetadata): string | undefined {
  const name = typeNameOf(column);
  return !column.isArray && columnTypes[name]?.isCastable ? name : undefined;
}

/** The text of a sort key, which is the same on every connection. */
export function spelledKey(sql: string, type: string | undefined): string {
  const isSpelledByJson = type !== undefined && columnTypes[type]?.isSpelledByJson;
  return isSpelledByJson ? `to_json(${sql}) #>> '{}'` : `${sql}::text`;
}
