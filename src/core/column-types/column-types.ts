import { types } from 'pg';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { localSpan, localText, zonedSpan, zonedText } from '../values/instants.js';
import { isExact } from '../values/numbers.js';
import { isInterval, isTime, isZonedTime } from '../values/times.js';
import { asText, document, float, instant, label, plainText } from './codecs.js';
import type { ColumnType } from './column-type.js';
import { keepBounded, keepFinite, keepJson, keepNumber, keepTruth } from './keepers.js';
import { decimalFilter, floatFilter, integerFilter } from './number-parsers.js';
import { addressFilter, textFilter, truthFilter, uuidFilter } from './text-parsers.js';
import { keepClock, keepDay, keepInstant } from './time-keepers.js';
import { dayFilter, instantFilter } from './time-parsers.js';
import { matching } from './value-parser.js';

const numberType = { isSortable: true, isCastable: true, isNumeric: true } as const;
const textType = {
  codec: plainText,
  filter: textFilter,
  isSortable: true,
  isSearchable: true,
} as const satisfies ColumnType;
const jsonType = { codec: document, keeper: keepJson, isJson: true } as const satisfies ColumnType;
const momentType = { isSortable: true, isCastable: true, isSpelledByJson: true } as const;

/**
 * The types of columns that the library knows, under the names that TypeORM normalizes them to, and
 * everything it knows of each. Nothing outside of this folder names a type.
 */
export const columnTypes: Readonly<Record<string, ColumnType>> = {
  smallint: {
    codec: { schema: { type: 'integer', minimum: -32_768, maximum: 32_767 } },
    filter: integerFilter(-32_768n, 32_767n),
    ...numberType,
  },
  integer: {
    codec: { schema: { type: 'integer', minimum: -2_147_483_648, maximum: 2_147_483_647 } },
    filter: integerFilter(-2_147_483_648n, 2_147_483_647n),
    ...numberType,
  },
  bigint: {
    codec: asText({ type: 'string', pattern: String.raw`^-?\d+$` }),
    filter: integerFilter(-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n),
    keeper: keepNumber(Number.isSafeInteger),
    ...numberType,
  },
  numeric: {
    codec: asText({ type: 'string', pattern: String.raw`^(-?\d+(\.\d+)?|-?Infinity|NaN)$` }),
    filter: decimalFilter,
    keeper: keepNumber(isExact),
    ...numberType,
  },
  real: { codec: float, filter: floatFilter(Math.fround), keeper: keepFinite, isSortable: true },
  'double precision': {
    codec: float,
    filter: floatFilter((value) => value),
    keeper: keepFinite,
    isSortable: true,
  },
  boolean: {
    codec: { schema: { type: 'boolean' } },
    filter: truthFilter,
    keeper: keepTruth,
    isSortable: true,
  },
  text: { ...textType, isCastable: true },
  citext: textType,
  'character varying': { ...textType, keeper: keepBounded },
  character: { ...textType, keeper: keepBounded },
  enum: { codec: label, isSortable: true },
  uuid: {
    codec: { ...plainText, schema: { type: 'string', format: 'uuid' } },
    filter: uuidFilter,
    isSortable: true,
    isCastable: true,
  },
  'timestamp with time zone': {
    codec: instant(types.builtins.TIMESTAMPTZ),
    filter: instantFilter(zonedSpan),
    keeper: keepInstant(zonedText),
    computedFormat: 'date-time',
    ...momentType,
  },
  'timestamp without time zone': {
    codec: instant(types.builtins.TIMESTAMP),
    filter: instantFilter(localSpan),
    keeper: keepInstant(localText),
    ...momentType,
  },
  date: {
    codec: { schema: { type: 'string', format: 'date' } },
    filter: dayFilter,
    keeper: keepDay,
    computedFormat: 'date',
    ...momentType,
  },
  'time without time zone': {
    codec: asText(),
    filter: matching({ type: 'string' }, isTime),
    keeper: keepClock(isTime, '09:30:00'),
    isSortable: true,
  },
  'time with time zone': {
    codec: asText(),
    filter: matching({ type: 'string' }, isZonedTime),
    keeper: keepClock(isZonedTime, '09:30:00+02:00'),
    isSortable: true,
  },
  interval: {
    codec: asText(),
    filter: matching({ type: 'string' }, isInterval),
    isSortable: true,
  },
  // A cast to text would add the mask to a single host.
  inet: { codec: { schema: { type: 'string' } }, filter: addressFilter, isSortable: true },
  cidr: { codec: asText(), filter: addressFilter, isSortable: true },
  json: jsonType,
  jsonb: jsonType,
};

/** The name of a column's type, as TypeORM spells all that mean the same. */
export function typeNameOf(column: ColumnMetadata): string {
  return column.entityMetadata.dataSource.driver.normalizeType(column);
}

/** What is known of a column's type; undefined for one that the library does not know. */
export function columnTypeOf(column: ColumnMetadata): ColumnType | undefined {
  return columnTypes[typeNameOf(column)];
}

/** The type that computed text of a format is cast to, with its name. */
export function typeOfFormat(
  format: string | undefined,
): readonly [name: string, type: ColumnType] | undefined {
  if (format === undefined) return undefined;
  return Object.entries(columnTypes).find(([, { computedFormat }]) => computedFormat === format);
}

const packed: ReadonlySet<unknown> = new Set(['simple-array', 'simple-json']);

/** Whether TypeORM packs values into a text whose content belongs to the application. */
export function isPacked({ type }: ColumnMetadata): boolean {
  return packed.has(type);
}
