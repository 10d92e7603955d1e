import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';

/** Types whose values keep their meaning as text that is cast, with nothing cut off or added. */
const castable: ReadonlySet<unknown> = new Set([
  'uuid',
  'bigint',
  'integer',
  'smallint',
  'numeric',
  'text',
  'date',
  'timestamptz',
  'timestamp',
  'timestamp with time zone',
  'timestamp without time zone',
]);

/** The name under which text can be cast to a column's type, or undefined. */
export function typeNameOf(column: ColumnMetadata): string | undefined {
  if (column.isArray || !castable.has(column.type)) return undefined;
  return column.type as string;
}
