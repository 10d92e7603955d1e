import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { definitionOf } from '../entity/dual-id-options.js';
import { parsePublicId } from '../ids/ids.js';
import type { JsonSchema } from '../view/json-schema.js';
import { isAddress } from '../view/relation-path.js';
import { isDate, isInstant, localTime } from './instants.js';

/** How a query parameter is read: the value for SQL, or undefined when it is not one. */
export interface ValueParser {
  readonly schema: JsonSchema;
  readonly parse: (text: string) => string | undefined;
  readonly isPublicId: boolean;
}

/** Longest text a filter or `q` may carry, in characters. */
export const longestText = 200;

/** The parser of a column's values, or undefined for types that have no text form of their own. */
export function parserOf(column: ColumnMetadata, type: string): ValueParser | undefined {
  if (column.isArray) return undefined;
  if (type === 'uuid') return publicIdParser(column);
  if (column.enum) return enumParser(column.enum.map(String));
  return parsers[type];
}

/** Tells whether a text can be stored and compared: bounded, and free of NUL. */
export function isPlainText(text: string): boolean {
  return text.length > 0 && text.length <= longestText && !text.includes('\0');
}

/** Tells whether PostgreSQL orders values of a type as people expect. */
export function isSortable(type: string): boolean {
  return type in parsers || type === 'enum' || type === 'uuid' || ordered.has(type);
}

/** Tells whether values of a type are text that can be searched. */
export function isSearchable(type: string): boolean {
  return parsers[type] === plainText;
}

const everyVersion = [1, 2, 3, 4, 5, 6, 7, 8];

const ordered: ReadonlySet<string> = new Set([
  'time without time zone',
  'time with time zone',
  'interval',
  'inet',
  'cidr',
]);

function publicIdParser(column: ColumnMetadata): ValueParser {
  const definition = definitionOf(column.entityMetadata.target as object);
  const versions = (isAddress(column) && definition?.acceptUuidVersions) || everyVersion;
  return {
    schema: { type: 'string', format: 'uuid' },
    parse: (text) => parsePublicId(text, versions),
    isPublicId: true,
  };
}

function enumParser(values: readonly string[]): ValueParser {
  return {
    schema: { type: 'string', enum: values },
    parse: (text) => (values.includes(text) ? text : undefined),
    isPublicId: false,
  };
}

function integer(least: bigint, most: bigint): ValueParser {
  return {
    schema: { type: 'integer' },
    parse: (text) => {
      if (!/^-?\d{1,19}$/.test(text)) return undefined;
      const value = BigInt(text);
      return value >= least && value <= most ? text : undefined;
    },
    isPublicId: false,
  };
}

function matching(schema: JsonSchema, accepts: (text: string) => boolean): ValueParser {
  return { schema, parse: (text) => (accepts(text) ? text : undefined), isPublicId: false };
}

const plainText = matching({ type: 'string', minLength: 1, maxLength: longestText }, isPlainText);
const decimal = matching({ type: 'string', format: 'decimal' }, (text) =>
  /^-?\d{1,20}(\.\d{1,12})?$/.test(text),
);
const instant = matching({ type: 'string', format: 'date-time' }, isInstant);
/** The driver reads a timestamp without time zone in the zone of the process, and so does this. */
const localInstant: ValueParser = {
  ...instant,
  parse: (text) => (isInstant(text) ? localTime(new Date(text)) : undefined),
};

const parsers: Readonly<Record<string, ValueParser>> = {
  smallint: integer(-32_768n, 32_767n),
  integer: integer(-2_147_483_648n, 2_147_483_647n),
  bigint: integer(-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n),
  numeric: decimal,
  'double precision': decimal,
  real: decimal,
  boolean: matching({ type: 'boolean' }, (text) => text === 'true' || text === 'false'),
  text: plainText,
  citext: plainText,
  'character varying': plainText,
  character: plainText,
  date: matching({ type: 'string', format: 'date' }, isDate),
  'timestamp with time zone': instant,
  'timestamp without time zone': localInstant,
};
