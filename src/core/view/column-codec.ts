import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { types } from 'pg';
import type { JsonSchema } from './json-schema.js';
import { nullable } from './json-schema.js';

/** Where a value is read: as a column of a row, or as an element of a JSON list. */
export type ReadContext = 'row' | 'json';

/** How values of a column type are read and described. */
interface TypeCodec {
  readonly schema: JsonSchema;
  /** Where a value travels as text, because the driver or JSON would change it. */
  readonly text?: readonly ReadContext[];
  /** The same for an array of such values; as for one value by default. */
  readonly listText?: readonly ReadContext[];
  /** Makes the value of its text. */
  readonly parse?: (text: string) => unknown;
  /** Keeps rows that several requests share apart from their views. */
  readonly copy?: (value: unknown) => unknown;
}

const both = ['row', 'json'] as const;
const instantSchema: JsonSchema = { type: 'string', format: 'date-time' };
const text: TypeCodec = { schema: { type: 'string' }, listText: both };
const asText = (schema: JsonSchema = { type: 'string' }): TypeCodec => ({ schema, text: both });
const json = (schema: JsonSchema): TypeCodec => ({
  schema,
  text: ['row'],
  parse: (value) => JSON.parse(value) as unknown,
});

/** One parser for rows and lists, the driver's, so that an instant is the same in both. */
const instant = (oid: number): TypeCodec => ({
  schema: instantSchema,
  text: ['json'],
  listText: both,
  parse: (value) => types.getTypeParser(oid)(value) as unknown,
  copy: (value) => (value instanceof Date ? new Date(value) : value),
});

const codecs: Readonly<Record<string, TypeCodec>> = {
  smallint: { schema: { type: 'integer', minimum: -32_768, maximum: 32_767 } },
  integer: { schema: { type: 'integer', minimum: -2_147_483_648, maximum: 2_147_483_647 } },
  bigint: asText({ type: 'string', pattern: String.raw`^-?\d+$` }),
  numeric: asText({ type: 'string', pattern: String.raw`^(-?\d+(\.\d+)?|-?Infinity|NaN)$` }),
  real: { schema: { type: ['number', 'null'] } },
  'double precision': { schema: { type: ['number', 'null'] } },
  boolean: { schema: { type: 'boolean' } },
  text,
  citext: text,
  'character varying': text,
  character: text,
  enum: text,
  uuid: { ...text, schema: { type: 'string', format: 'uuid' } },
  'timestamp with time zone': instant(types.builtins.TIMESTAMPTZ),
  'timestamp without time zone': instant(types.builtins.TIMESTAMP),
  date: asText({ type: 'string', format: 'date' }),
  'time without time zone': asText(),
  'time with time zone': asText(),
  interval: asText(),
  inet: asText(),
  cidr: asText(),
};

/** Types that TypeORM packs into a text column; what stands in them is the application's own. */
const packed: ReadonlySet<unknown> = new Set(['simple-array', 'simple-json']);

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
  const codec = typeCodecOf(column, normalizedType, declared);
  if (!codec) return undefined;
  const { schema, parse, copy } = codec;
  const texts = (column.isArray ? codec.listText : undefined) ?? codec.text ?? [];
  const isText = texts.includes(context);
  const one = isText && parse ? (value: unknown) => parse(value as string) : copy;
  const cast = column.isArray ? '::text[]' : '::text';
  // PostgreSQL keeps no array free of nulls, so that an element may always be one.
  const items = nullable(described(column, schema));
  return {
    sql: (sql) => (isText ? `${sql}${cast}` : sql),
    read: transformed(column, column.isArray ? readList(one) : readOne(one)),
    schema: declared ?? (column.isArray ? { type: 'array', items } : described(column, schema)),
  };
}

/** The codec of what a `@Computed` declares, for values that its SQL gives in another form. */
export function computedCodecOf(
  schema: JsonSchema,
  context: ReadContext,
): Omit<ColumnCodec, 'schema'> {
  const names = [schema.type].flat();
  if (names.includes('string') && schema.format === 'date-time') {
    const { parse, copy } = codecs['timestamp with time zone']!;
    return context === 'json'
      ? { sql: (sql) => `(${sql})::timestamptz::text`, read: readOne(parse as never) }
      : { sql: (sql) => `(${sql})::timestamptz`, read: readOne(copy) };
  }
  if (names.includes('string')) return { sql: (sql) => `(${sql})::text`, read: undefined };
  if (context === 'row' && (names.includes('array') || names.includes('object'))) {
    const parse = (value: unknown) => JSON.parse(value as string) as unknown;
    return { sql: (sql) => `to_json((${sql}))::text`, read: readOne(parse) };
  }
  // A count is a bigint, which the driver gives as text.
  const isNumber = names.includes('integer') || names.includes('number');
  return { sql: (sql) => `(${sql})`, read: isNumber ? readOne(Number) : undefined };
}

function typeCodecOf(
  column: ColumnMetadata,
  normalizedType: string,
  declared: JsonSchema | undefined,
): TypeCodec | undefined {
  if (packed.has(column.type)) return undefined;
  if (normalizedType === 'json' || normalizedType === 'jsonb') return declared && json(declared);
  const labels = normalizedType === 'enum' ? (column.enum ?? []) : [];
  if (labels.length === 0 || labels.some((label) => typeof label !== 'number')) {
    return codecs[normalizedType];
  }
  return { schema: { type: 'integer' }, text: both, parse: Number };
}

function described(column: ColumnMetadata, schema: JsonSchema): JsonSchema {
  const length = Number(column.length);
  const labels = schema.type === 'integer' ? column.enum : column.enum?.map(String);
  return {
    ...schema,
    ...(labels ? { enum: labels } : {}),
    ...(length > 0 ? { maxLength: length } : {}),
    ...(column.comment ? { description: column.comment } : {}),
  };
}

type Read = (value: unknown) => unknown;

function readOne(read: Read | undefined): Read | undefined {
  return read && ((value) => (value === null ? null : read(value)));
}

function readList(read: Read | undefined): Read {
  const item = readOne(read) ?? ((value) => value);
  return (value) => (Array.isArray(value) ? value.map((element) => item(element)) : value);
}

function transformed(column: ColumnMetadata, read: Read | undefined): Read | undefined {
  if (!column.transformer) return read;
  const steps = [column.transformer].flat().toReversed();
  return (value) =>
    steps.reduce<unknown>(
      (result, step) => step.from(result) as unknown,
      read ? read(value) : value,
    );
}
