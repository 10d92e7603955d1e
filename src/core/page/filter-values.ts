import { isIP } from 'node:net';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { definitionOf } from '../entity/dual-id-options.js';
import { parsePublicId } from '../ids/ids.js';
import { isAddress } from '../view/relation-path.js';
import { numberParsers } from './number-parsers.js';
import { timeParsers } from './time-parsers.js';
import type { ValueParser } from './value-parser.js';
import { matching } from './value-parser.js';

/** Longest text `q` may carry, in characters. */
export const longestText = 200;

/** Longest text a filter may carry; a page of the API may show longer ones. */
const longestFilter = 2000;

/** The parser of a column's values, or undefined for types that have no text form of their own. */
export function parserOf(column: ColumnMetadata, type: string): ValueParser | undefined {
  if (column.isArray) return undefined;
  if (type === 'uuid') return isAddress(column) ? publicIdParser(column) : uuid;
  if (column.enum) return enumParser(column.enum.map(String));
  return parsers[type];
}

/** Whether a text can be stored and compared: bounded, and free of NUL. */
export function isPlainText(text: string): boolean {
  return text.length > 0 && text.length <= longestText && !text.includes('\0');
}

/** Whether PostgreSQL orders values of a type as people expect. */
export function isSortable(type: string): boolean {
  return type in parsers || type === 'enum' || type === 'uuid';
}

/** Whether values of a type are text that can be searched. */
export function isSearchable(type: string): boolean {
  return parsers[type] === filterText;
}

function publicIdParser(column: ColumnMetadata): ValueParser {
  const definition = definitionOf(column.entityMetadata.target as object);
  const versions = definition?.acceptUuidVersions ?? [1, 2, 3, 4, 5, 6, 7, 8];
  return {
    schema: { type: 'string', format: 'uuid' },
    parse: (text) => parsePublicId(text, versions),
    isPublicId: true,
  };
}

/** A UUID of the application's own may be of any version, nil and max included. */
const uuid: ValueParser = {
  schema: { type: 'string', format: 'uuid' },
  parse: (text) =>
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : undefined,
  isPublicId: true,
};

function enumParser(values: readonly string[]): ValueParser {
  return matching({ type: 'string', enum: values }, (text) => values.includes(text));
}

/** A filter may ask for the empty text, which a view shows as well. */
const filterText = matching(
  { type: 'string', maxLength: longestFilter },
  (text) => text.length <= longestFilter && !/[\0\p{Surrogate}]/u.test(text),
);

/** Networks are compared as addresses, of which one with bits beyond its mask is no error. */
const address: ValueParser = {
  ...matching({ type: 'string' }, (text) => {
    const [host = '', bits, ...more] = text.split('/');
    const version = host.includes('%') ? 0 : isIP(host);
    if (version === 0 || more.length > 0) return false;
    return (
      bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
    );
  }),
  condition: (column, operator, bind) => `${column} ${operator} ${bind()}::inet`,
};

const parsers: Readonly<Record<string, ValueParser>> = {
  ...numberParsers,
  ...timeParsers,
  boolean: matching({ type: 'boolean' }, (text) => text === 'true' || text === 'false'),
  text: filterText,
  citext: filterText,
  'character varying': filterText,
  character: filterText,
  inet: address,
  cidr: address,
};
