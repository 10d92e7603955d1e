import type { BoundField } from './bound-column.js';
import { largestHistoricalId } from './bound-column.js';
import { escaped } from './copy-rows.js';
import { isWhole, longestName, timestamp } from './field-checks.js';
import type { ImportFile } from './import-plan.js';

/** How fields become what COPY reads. */
export interface PlainField {
  /**
   * The text that COPY reads for a field, or undefined for a field that has to be judged. It passes
   * less than the checks in SQL do and never more: what it passes, they would.
   */
  readonly read: (field: string) => string | undefined;
  /** Numbers written in digits alone that COPY takes as they are, or refuses. */
  readonly wholes?: { readonly min: number; readonly max: number };
}

// Fifteen digits are exact in a double; more are a case for SQL.
const wholeNumber = /^-?\d{1,15}$/;
const wholeWithPoint = /^-?\d{1,15}\.0*$/;
const decimalNumber = /^-?\d{1,15}(\.\d{1,15})?$/;
const plainTimestamp = new RegExp(timestamp);

/** The reader of a column's fields; undefined for columns whose fields SQL alone can read. */
export function plainField(column: BoundField, entry: ImportFile): PlainField | undefined {
  const field = readerOf(column, entry);
  if (field === undefined || column.source.otherwise !== undefined) return undefined;
  const blank = column.source.nullable ? '' : undefined;
  return { ...field, read: (text) => (text === '' ? blank : field.read(text)) };
}

function readerOf(column: BoundField, entry: ImportFile): PlainField | undefined {
  const { source } = column;
  switch (source.type) {
    case 'id':
      return wholeField({ min: 1, max: Number(largestHistoricalId(entry) ?? Infinity) });
    case 'reference':
      return wholeField({});
    case 'integer':
      return wholeField(source);
    case 'numeric':
      return isWhole(column) ? wholeField(source) : decimalField(column, source);
    case 'boolean':
      return {
        read: (field) => (field === '0' || field === '1' ? field : undefined),
        wholes: { min: 0, max: 1 },
      };
    case 'timestamptz':
      return { read: (field) => (plainTimestamp.test(field) ? field : undefined) };
    case 'enum':
      return enumField(source.values ?? column.target.labels ?? []);
    case 'text':
      return textField(column);
    case 'publicReference':
      return undefined;
  }
}

interface Limits {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

function within({ min = -Infinity, max = Infinity }: Limits) {
  const isWithin = (text: string) => Number(text) >= min && Number(text) <= max;
  return { wholes: { min, max }, isWithin };
}

function wholeField(limits: Limits): PlainField {
  const { wholes, isWithin } = within(limits);
  const read = (field: string) => {
    if (wholeNumber.test(field)) return isWithin(field) ? field : undefined;
    if (!wholeWithPoint.test(field)) return undefined;
    const whole = field.slice(0, field.indexOf('.'));
    return isWithin(whole) ? whole : undefined;
  };
  return { read, wholes };
}

/** COPY would round decimals that the column has no room for. */
function decimalField({ target }: BoundField, limits: Limits): PlainField {
  const { wholes, isWithin } = within(limits);
  const scale = /^numeric\(\d+,(-?\d+)\)$/.exec(target.base)?.[1];
  const decimals = scale === undefined ? Infinity : Number(scale);
  const read = (field: string) => {
    if (!decimalNumber.test(field)) return undefined;
    const point = field.indexOf('.');
    const found = point < 0 ? 0 : field.length - point - 1;
    return found <= decimals && isWithin(field) ? field : undefined;
  };
  return decimals < 0 ? { read } : { read, wholes };
}

function enumField(values: readonly string[]): PlainField {
  const known = new Set(values.map(asBytes));
  return { read: (field) => (known.has(field) ? escaped(field) : undefined) };
}

/** A byte is a character at most, and COPY cuts blanks behind the longest length without a word. */
function textField({ target }: BoundField): PlainField {
  const length = /^character(?: varying)?\((\d+)\)$/.exec(target.base)?.[1];
  const most = target.base === 'name' ? longestName : Infinity;
  const longest = length === undefined ? most : Number(length);
  return { read: (field) => (field.length <= longest ? escaped(field) : undefined) };
}

/** A text with one character for each of its bytes, as fields are. */
export function asBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
