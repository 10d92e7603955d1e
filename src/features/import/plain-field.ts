import type { BoundField } from './bound-column.js';
import { largestHistoricalId } from './bound-column.js';
import { escaped } from './copy-rows.js';
import { timestamp } from './field-checks.js';
import type { ImportFile } from './import-plan.js';

/**
 * Gives the text that COPY reads for a field, or undefined for a field that has to be judged. It
 * passes less than the checks in SQL do and never more: what it passes, they would.
 */
export type PlainField = (field: string) => string | undefined;

const wholeWithPoint = /^-?\d{1,15}\.0*$/;
const decimalNumber = /^-?\d{1,15}(\.\d{1,15})?$/;
const plainTimestamp = new RegExp(timestamp);

/** The reader of a column's fields; undefined for columns whose fields SQL alone can read. */
export function plainField(column: BoundField, entry: ImportFile): PlainField | undefined {
  const read = readerOf(column, entry);
  if (read === undefined || column.source.otherwise !== undefined) return undefined;
  const blank = column.source.nullable ? '' : undefined;
  return (field) => (field === '' ? blank : read(field));
}

function readerOf(column: BoundField, entry: ImportFile): PlainField | undefined {
  const { source } = column;
  switch (source.type) {
    case 'id':
      return readWhole({ min: 1, max: Number(largestHistoricalId(entry) ?? Infinity) });
    case 'reference':
      return readWhole({});
    case 'integer':
      return readWhole(source);
    case 'numeric':
      return readDecimal(column, source);
    case 'boolean':
      return (field) => (field === '0' || field === '1' ? field : undefined);
    case 'timestamptz':
      return (field) => (plainTimestamp.test(field) ? field : undefined);
    case 'enum':
      return readEnum(source.values ?? column.target.labels ?? []);
    case 'text':
      return readText(column);
    case 'publicReference':
      return undefined;
  }
}

interface Limits {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

function readWhole(limits: Limits): PlainField {
  const isWithin = within(limits);
  return (field) => {
    if (isWholeNumber(field)) return isWithin(field) ? field : undefined;
    if (!wholeWithPoint.test(field)) return undefined;
    const whole = field.slice(0, field.indexOf('.'));
    return isWithin(whole) ? whole : undefined;
  };
}

const [minus, zero] = ['-'.charCodeAt(0), '0'.charCodeAt(0)];

/** Fifteen digits are exact in a double; more are a case for SQL. A loop, for it runs for most fields. */
function isWholeNumber(text: string): boolean {
  const start = text.charCodeAt(0) === minus ? 1 : 0;
  if (text.length === start || text.length > start + 15) return false;
  for (let at = start; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - zero;
    if (digit < 0 || digit > 9) return false;
  }
  return true;
}

/** COPY would round decimals that the column has no room for. */
function readDecimal({ target }: BoundField, { min, max }: Limits): PlainField {
  const scale = /^numeric\(\d+,(-?\d+)\)$/.exec(target.type)?.[1];
  const decimals = scale === undefined ? Infinity : Number(scale);
  const isWithin = within({ min, max });
  return (field) => {
    if (!decimalNumber.test(field)) return undefined;
    const point = field.indexOf('.');
    const found = point < 0 ? 0 : field.length - point - 1;
    return found <= decimals && isWithin(field) ? field : undefined;
  };
}

function within({ min = -Infinity, max = Infinity }: Limits): (text: string) => boolean {
  if (min === -Infinity && max === Infinity) return () => true;
  return (text) => Number(text) >= min && Number(text) <= max;
}

function readEnum(values: readonly string[]): PlainField {
  const known = new Set(values.map(asBytes));
  return (field) => (known.has(field) ? escaped(field) : undefined);
}

/** A byte is a character at most, and COPY cuts blanks behind the longest length without a word. */
function readText({ target }: BoundField): PlainField {
  const length = /^character(?: varying)?\((\d+)\)$/.exec(target.type)?.[1];
  const longest = length === undefined ? Infinity : Number(length);
  return (field) => (field.length <= longest ? escaped(field) : undefined);
}

/** A text with one character for each of its bytes, as fields are. */
export function asBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
