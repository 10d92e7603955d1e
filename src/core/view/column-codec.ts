import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { types } from 'pg';
import { asDeclared, exactNumber, isNested, parseDeclared } from './exact-values.js';
import { jsonInstants } from './json-instants.js';
import type { JsonSchema } from './json-schema.js';
import { nullable } from './json-schema.js';
import { unshowable } from './unshowable.js';

/** Where a value is read: as a column of a row, or as an element of a JSON list. */
export type ReadContext = 'row' | 'json';

/** How values of a column type are read and described. */
interface TypeCodec {
  readonly schema: JsonSchema;
  /** JSON spells dates in one way, whatever `DateStyle` is, and costs no more than their text. */
  readonly asJson?: true;
  /** Where a value travels as text, because the driver or JSON would change it. */
  readonly text?: readonly ReadContext[];
  /** The same for an array of such values; as for one value by default. */
  readonly listText?: readonly ReadContext[];
  /** Makes what is shown of a value within JSON; such a value may be a list of its own. */
  readonly inJson?: (value: unknown) => unknown;
  /** Makes the value of its text. */
  readonly parse?: (text: string) => unknown;
}

const both = ['row', 'json'] as const;
const instantSchema: JsonSchema = { type: 'string', format: 'date-time' };
const text: TypeCodec = { schema: { type: 'string' }, listText: both };
const asText = (schema: JsonSchema = { type: 'string' }): TypeCodec => ({ schema, text: both });
const json = (schema: JsonSchema): TypeCodec => ({
  schema,
  text: ['row'],
  parse: (value) => parseDeclared(value, schema),
  inJson: (value) => asDeclared(value, schema),
});

/** What a transformer expects is the application's own. */
const ownJson = (schema: JsonSchema): TypeCodec => ({
  schema,
  text: ['row'],
  parse: (value) => JSON.parse(value) as unknown,
});

/** One parser for rows and lists, so that an instant is the same in both. */
const instant = (oid: number): TypeCodec => ({
  schema: instantSchema,
  asJson: true,
  parse: jsonInstants(oid),
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
  date: { schema: { type: 'string', format: 'date' }, asJson: true },
  'time without time zone': asText(),
  'time with time zone': asText(),
  interval: asText(),
  // A cast to text would add the mask of a single host.
  inet: { schema: { type: 'string' } },
  cidr: asText(),
};

/** Types that the format of a computed text stands for. */
const temporal: ReadonlyMap<unknown, string> = new Map([
  ['date-time', 'timestamp with time zone'],
  ['date', 'date'],
]);

/** Types that TypeORM packs into a text column; what stands in them is the application's own. */
const packed: ReadonlySet<unknown> = new Set(['simple-array', 'simple-json']);

/** Whether views read columns of a type, JSON included. */
export function isReadable(normalizedType: string): boolean {
  return normalizedType in codecs || normalizedType === 'json' || normalizedType === 'jsonb';
}

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
  const { schema, parse } = codec;
  // PostgreSQL keeps no array free of nulls, so that an element may always be one.
  const items = nullable(described(column, schema));
  const shown = declared ?? (column.isArray ? { type: 'array', items } : described(column, schema));
  if (codec.asJson) {
    const { sql, read } = jsonCodec(codec, context, column.isArray);
    return { sql, read: transformed(column, read), schema: shown };
  }
  const texts = (column.isArray ? codec.listText : undefined) ?? codec.text ?? [];
  const isText = texts.includes(context);
  const parsed = isText && parse ? (value: unknown) => parse(value as string) : undefined;
  const one = context === 'json' && !isText ? codec.inJson : parsed;
  const mayNest = normalizedType.startsWith('json');
  const cast = column.isArray ? '::text[]' : '::text';
  return {
    sql: (sql) => (isText ? `${sql}${cast}` : sql),
    read: transformed(column, column.isArray ? readList(one, mayNest) : readOne(one)),
    schema: shown,
  };
}

/** A row carries JSON as text; within JSON, the value is spelled by what is around it. */
function jsonCodec(
  { parse }: Pick<TypeCodec, 'parse'>,
  context: ReadContext,
  isList: boolean,
): Omit<ColumnCodec, 'schema'> {
  const one = parse && ((value: unknown) => parse(value as string));
  if (context === 'json') return { sql: (sql) => sql, read: isList ? readList(one) : readOne(one) };
  const unquoted = (value: unknown) => {
    const inside = (value as string).slice(1, -1);
    return parse ? parse(inside) : inside;
  };
  const list = readList(one);
  return {
    sql: (sql) => `to_json(${sql})::text`,
    read: readOne(isList ? (value) => list(JSON.parse(value as string)) : unquoted),
  };
}

/** The codec of what a `@Computed` declares, for values that its SQL gives in another form. */
export function computedCodecOf(
  schema: JsonSchema,
  context: ReadContext,
): Omit<ColumnCodec, 'schema'> {
  const names = [schema.type].flat();
  const ofFormat = names.includes('string') && temporal.get(schema.format);
  if (ofFormat) {
    const { sql: spelled, read } = jsonCodec(codecs[ofFormat]!, context, false);
    return { sql: (sql) => spelled(`(${sql})::${ofFormat}`), read };
  }
  if (names.includes('string')) return { sql: (sql) => `(${sql})::text`, read: undefined };
  if (names.includes('array') || names.includes('object')) {
    const { parse, inJson } = json(schema);
    return context === 'json'
      ? { sql: (sql) => `(${sql})`, read: readOne(inJson) }
      : { sql: (sql) => `to_json((${sql}))::text`, read: readOne(parse as never) };
  }
  // A count is a bigint, which the driver gives as text.
  const isNumber = names.includes('integer') || names.includes('number');
  return { sql: (sql) => `(${sql})`, read: isNumber ? readOne(exactNumber) : undefined };
}

function typeCodecOf(
  column: ColumnMetadata,
  normalizedType: string,
  declared: JsonSchema | undefined,
): TypeCodec | undefined {
  if (packed.has(column.type)) return undefined;
  if (normalizedType === 'json' || normalizedType === 'jsonb') {
    if (column.transformer) return declared && ownJson(declared);
    return declared && json((column.isArray && declared.items) || declared);
  }
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

function readList(read: Read | undefined, mayNest = false): Read {
  const item = readOne(read) ?? ((value) => value);
  return (value) => {
    if (!Array.isArray(value)) return value;
    if (!mayNest && isNested(value)) return unshowable;
    return value.map((element) => item(element));
  };
}

function transformed(column: ColumnMetadata, read: Read | undefined): Read | undefined {
  if (!column.transformer) return read;
  const steps = [column.transformer].flat().toReversed();
  return (value) => {
    const result = read ? read(value) : value;
    if (result === unshowable) return result;
    return steps.reduce<unknown>((made, step) => step.from(made) as unknown, result);
  };
}
