import type { JsonSchema } from '../json-schema/json-schema.js';
import type { CodecChoice, TypeCodec } from './column-type.js';
import { asDeclared, parseDeclared } from './exact-values.js';
import { jsonInstants } from './json-instants.js';
import { unshowable } from './unshowable.js';

const rowAndJson = ['row', 'json'] as const;

/** A text as it is; the driver reads lists of text, and none of its kin, such as citext. */
export const plainText: TypeCodec = { schema: { type: 'string' }, listText: rowAndJson };

/** A value that is shown as PostgreSQL writes it. */
export function asText(schema: JsonSchema = { type: 'string' }): TypeCodec {
  return { schema, text: rowAndJson };
}

/** JSON has no NaN and no infinity: a serializer writes null, so the schema allows it. */
export const float: TypeCodec = {
  schema: { type: ['number', 'null'] },
  show: (value) => (Number.isFinite(Number(value)) ? value : null),
};

/** Infinity has a name but is no moment; a year beyond 275760 does not fit into a `Date`. */
export function shownMoment(value: unknown): unknown {
  if (value === Infinity) return 'infinity';
  if (value === -Infinity) return '-infinity';
  return value instanceof Date && Number.isNaN(value.getTime()) ? unshowable : value;
}

/** One parser for rows and lists, so that an instant is the same in both. */
export function instant(oid: number): TypeCodec {
  return {
    schema: { type: 'string', format: 'date-time' },
    parse: jsonInstants(oid),
    show: shownMoment,
  };
}

/** Labels are texts, or numbers where all of them are. */
export const label: CodecChoice = ({ enum: labels = [] }) => {
  const areNumbers = labels.length > 0 && labels.every((one) => typeof one === 'number');
  return areNumbers ? { schema: { type: 'integer' }, text: rowAndJson, parse: Number } : plainText;
};

/** JSON of a declared shape. */
export function shaped(schema: JsonSchema): TypeCodec {
  return {
    schema,
    text: ['row'],
    parse: (value) => parseDeclared(value, schema),
    inJson: (value) => asDeclared(value, schema),
  };
}

/** JSON of the shape that a view declares; what a transformer expects is the application's own. */
export const document: CodecChoice = ({ transformer, isArray }, declared) => {
  if (!declared) return undefined;
  if (!transformer) return shaped((isArray && declared.items) || declared);
  return {
    schema: declared,
    text: ['row'],
    parse: (value) => JSON.parse(value) as unknown,
  };
};
