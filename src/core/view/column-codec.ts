import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { shaped } from '../column-types/codecs.js';
import type { ReadContext, TypeCodec } from '../column-types/column-type.js';
import { columnTypeOf, isPacked, typeOfFormat } from '../column-types/column-types.js';
import { exactNumber, isNested } from '../column-types/exact-values.js';
import { unshowable } from '../column-types/unshowable.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import { nullable } from '../json-schema/json-schema.js';
import type { Read } from './field-readers.js';
import { inForm } from './field-readers.js';

/** What the compiler needs to read one column. */
export interface ColumnCodec {
  /** Wraps the SQL of the column. */
  readonly sql: (column: string) => string;
  readonly read: ((value: unknown) => unknown) | undefined;
  readonly schema: JsonSchema;
}

/**
 * The codec of a mapped column, or undefined for a type unknown to the view compiler. Declared JSON
 * shapes and transformers take precedence: their values are up to the application.
 */
export function codecOf(
  column: ColumnMetadata,
  context: ReadContext,
  declared: JsonSchema | undefined,
): ColumnCodec | undefined {
  const type = columnTypeOf(column);
  const codec = typeCodecOf(column, declared);
  if (!type || !codec) return undefined;
  const { schema, parse } = codec;
  // PostgreSQL cannot forbid nulls in an array, so an element may always be one.
  const items = nullable(describedSchema(column, schema));
  const shown =
    declared ?? (column.isArray ? { type: 'array', items } : describedSchema(column, schema));
  if (type.isSpelledByJson) {
    const { sql, read } = jsonCodec(codec, context, column.isArray);
    return { sql, read: finished(column, read, codec), schema: shown };
  }
  const texts = (column.isArray ? codec.listText : undefined) ?? codec.text ?? [];
  const isText = texts.includes(context);
  const parsed = isText && parse ? (value: unknown) => parse(value as string) : undefined;
  const one = context === 'json' && !isText ? codec.inJson : parsed;
  const cast = column.isArray ? '::text[]' : '::text';
  const read = column.isArray ? readList(one, type.isJson) : readOne(one);
  return {
    sql: (sql) => (isText ? `${sql}${cast}` : sql),
    read: finished(column, read, codec),
    schema: shown,
  };
}

/** A row carries JSON as text; within JSON, the surrounding value determines the format. */
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

/** The codec of a `@Computed` schema, for values that the SQL returns in another format. */
export function computedCodecOf(
  schema: JsonSchema,
  context: ReadContext,
): Omit<ColumnCodec, 'schema'> {
  const names = [schema.type].flat();
  const ofFormat = names.includes('string') ? typeOfFormat(schema.format) : undefined;
  if (ofFormat) {
    const [name, { codec }] = ofFormat;
    const { sql: spelled, read } = jsonCodec(codec as TypeCodec, context, false);
    return { sql: (sql) => spelled(`(${sql})::${name}`), read };
  }
  if (names.includes('string')) return { sql: (sql) => `(${sql})::text`, read: undefined };
  if (names.includes('array') || names.includes('object')) {
    const { parse, inJson } = shaped(schema);
    return context === 'json'
      ? { sql: (sql) => `(${sql})`, read: readOne(inJson) }
      : { sql: (sql) => `to_json((${sql}))::text`, read: readOne(parse as never) };
  }
  // A count is a bigint, which the driver returns as text.
  const isNumber = names.includes('integer') || names.includes('number');
  return { sql: (sql) => `(${sql})`, read: isNumber ? readOne(exactNumber) : undefined };
}

function typeCodecOf(
  column: ColumnMetadata,
  declared: JsonSchema | undefined,
): TypeCodec | undefined {
  const codec = isPacked(column) ? undefined : columnTypeOf(column)?.codec;
  return typeof codec === 'function' ? codec(column, declared) : codec;
}

function describedSchema(column: ColumnMetadata, schema: JsonSchema): JsonSchema {
  const length = Number(column.length);
  const labels = schema.type === 'integer' ? column.enum : column.enum?.map(String);
  return {
    ...schema,
    ...(labels ? { enum: labels } : {}),
    ...(length > 0 ? { maxLength: length } : {}),
    ...(column.comment ? { description: column.comment } : {}),
  };
}

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

/** A transformer expects what TypeORM would give it, and what it makes is shown as it is. */
function finished(
  { transformer, isArray }: ColumnMetadata,
  read: Read | undefined,
  { show }: TypeCodec,
): Read | undefined {
  if (!transformer) return inForm(read, show && isArray ? listForm(show) : show);
  const steps = [transformer].flat().toReversed();
  return (value) => {
    const result = read ? read(value) : value;
    if (result === unshowable) return result;
    return steps.reduce<unknown>((made, step) => step.from(made) as unknown, result);
  };
}

function listForm(show: Read): Read {
  return (value) => {
    if (!Array.isArray(value)) return value;
    const items = value.map((item) => show(item));
    return items.includes(unshowable) ? unshowable : items;
  };
}
