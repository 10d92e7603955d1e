import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { JsonSchema } from './json-schema.js';

/** Where a value is read: as a column of a row, or as an element of a JSON list. */
export type ReadContext = 'row' | 'json';

/** How values of a column type are read and described. */
interface TypeCodec {
  readonly schema: JsonSchema;
  /** Cast that keeps the value exact on its way out, where the driver or JSON would not. */
  readonly cast?: Partial<Record<ReadContext, string>>;
  readonly fromJson?: (value: unknown) => unknown;
}

const int64: TypeCodec = {
  schema: { type: 'string', pattern: '^-?\\d+$' },
  cast: { json: '::text' },
};
const decimal: TypeCodec = {
  schema: { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' },
  cast: { json: '::text' },
};
const text: TypeCodec = { schema: { type: 'string' } };
const instant: TypeCodec = {
  schema: { type: 'string', format: 'date-time' },
  fromJson: (value) => (value === null ? null : new Date(value as string)),
};
const asText = (format?: string): TypeCodec => ({
  schema: format === undefined ? { type: 'string' } : { type: 'string', format },
  cast: { row: '::text', json: '::text' },
});

const codecs: Readonly<Record<string, TypeCodec>> = {
  smallint: { schema: { type: 'integer', minimum: -32_768, maximum: 32_767 } },
  integer: { schema: { type: 'integer', minimum: -2_147_483_648, maximum: 2_147_483_647 } },
  bigint: int64,
  numeric: decimal,
  real: { schema: { type: 'number' } },
  'double precision': { schema: { type: 'number' } },
  boolean: { schema: { type: 'boolean' } },
  text,
  citext: text,
  'character varying': text,
  character: text,
  enum: text,
  uuid: { schema: { type: 'string', format: 'uuid' } },
  'timestamp with time zone': instant,
  'timestamp without time zone': instant,
  date: asText('date'),
  'time without time zone': asText(),
  'time with time zone': asText(),
  interval: asText(),
  inet: asText(),
  cidr: asText(),
};

/** What the compiler needs to read one column. */
export interface ColumnCodec {
  /** Wraps the SQL of the column. */
  readonly sql: (column: string) => string;
  readonly read: ((value: unknown) => unknown) | undefined;
  readonly schema: JsonSchema;
}

/**
 * The codec of a mapped column, or undefined for a type that the view compiler does not know.
 * Declared JSON shapes and transformers come first: their values are the application's own.
 */
export function codecOf(
  column: ColumnMetadata,
  normalizedType: string,
  context: ReadContext,
  declared: JsonSchema | undefined,
): ColumnCodec | undefined {
  const isJson = normalizedType === 'json' || normalizedType === 'jsonb';
  const codec = codecs[normalizedType] ?? (isJson && declared ? { schema: declared } : undefined);
  if (!codec) return undefined;
  if (column.isArray) return arrayCodec(column, codec, context, declared);
  const cast = codec.cast?.[context] ?? '';
  return {
    sql: (sql) => `${sql}${cast}`,
    read: transformed(column, context === 'json' ? codec.fromJson : undefined),
    schema: declared ?? described(column, codec.schema),
  };
}

function arrayCodec(
  column: ColumnMetadata,
  codec: TypeCodec,
  context: ReadContext,
  declared: JsonSchema | undefined,
): ColumnCodec {
  const cast = codec.cast ? '::text[]' : '';
  const fromJson = codec.fromJson;
  const read = fromJson && ((value: unknown) => (value as unknown[] | null)?.map(fromJson) ?? null);
  return {
    sql: (sql) => (column.enum ? `${sql}::text[]` : `${sql}${cast}`),
    read: transformed(column, context === 'json' ? read : undefined),
    schema: declared ?? { type: 'array', items: described(column, codec.schema) },
  };
}

function described(column: ColumnMetadata, schema: JsonSchema): JsonSchema {
  const length = Number(column.length);
  return {
    ...schema,
    ...(column.enum ? { enum: column.enum } : {}),
    ...(length > 0 ? { maxLength: length } : {}),
    ...(column.comment ? { description: column.comment } : {}),
  };
}

function transformed(
  column: ColumnMetadata,
  read: ((value: unknown) => unknown) | undefined,
): ((value: unknown) => unknown) | undefined {
  if (!column.transformer) return read;
  const steps = [column.transformer].flat().toReversed();
  return (value) =>
    steps.reduce<unknown>(
      (result, step) => step.from(result) as unknown,
      read ? read(value) : value,
    );
}
