import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';

/** Types that JSON spells in one way, whatever `DateStyle` is. */
const temporal: ReadonlySet<unknown> = new Set([
  'date',
  'timestamptz',
  'timestamp',
  'timestamp with time zone',
  'timestamp without time zone',
]);

/** Types whose values keep their meaning as text that is cast, with nothing cut off or added. */
const castable: ReadonlySet<unknown> = new Set([
  'uuid',
  'bigint',
  'integer',
  'smallint',
  'numeric',
  'text',
  ...temporal,
]);

/** The name under which text can be cast to a column's type, or undefined. */
export function typeNameOf(column: ColumnMetadata): string | undefined {
  if (column.isArray || !castable.has(column.type)) return undefined;
  return column.type as string;
}

/** The text of a sort key, which is the same on every connection. */
export function spelledKey(sql: string, type: string | undefined): string {
  return temporal.has(type) ? `to_json(${sql}) #>> '{}'` : `${sql}::text`;
}
