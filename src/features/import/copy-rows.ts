import { isUtf8 } from 'node:buffer';
import type { CsvRecord } from './csv-reader.js';

/**
 * Writes a record as a line of `COPY ... (FORMAT text, DELIMITER ',', NULL '')`: line number,
 * reason and raw text of what cannot be loaded, then the fields. A record without quotes goes
 * through almost as it is.
 */
export function copyRow(record: CsvRecord, width: number): string {
  const { line, raw, fields } = record;
  const problem = problemOf(record, width);
  if (problem !== undefined) {
    return `${line},${escaped(problem)},${escaped(printable(raw))}${','.repeat(width)}\n`;
  }
  if (fields) return `${line},,${escaped(raw)},${fields.map(escaped).join(',')}\n`;
  return `${line},,,${unusual.test(raw) ? raw.replaceAll(/[\\\r]/g, escapeOne) : raw}\n`;
}

/** The text of a record's fields, for a header. */
export function fieldsOf({ raw, fields }: CsvRecord): string[] {
  return (fields ?? raw.split(',')).map((field) => Buffer.from(field, 'latin1').toString('utf8'));
}

/** Tells bytes that a text column takes. */
export function isText(raw: string): boolean {
  return !unusual.test(raw) || (!raw.includes('\0') && isUtf8(Buffer.from(raw, 'latin1')));
}

const unusual = /[\0\r\\\x80-\xFF]/;

function problemOf({ raw, fields, problem }: CsvRecord, width: number): string | undefined {
  if (problem !== undefined) return problem;
  if (unusual.test(raw)) {
    if (raw.includes('\0')) return 'contains a NUL byte';
    if (!isUtf8(Buffer.from(raw, 'latin1'))) return 'is not valid UTF-8';
  }
  const found = fields?.length ?? commasIn(raw) + 1;
  if (found === width) return undefined;
  return `has ${found} field${found === 1 ? '' : 's'}, while the header has ${width}`;
}

function commasIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf(','); at >= 0; at = text.indexOf(',', at + 1)) count += 1;
  return count;
}

/** What no text column takes becomes the replacement character. */
function printable(raw: string): string {
  const text = Buffer.from(raw, 'latin1').toString('utf8').replaceAll('\0', '\uFFFD');
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** A value as a field of COPY's text format. */
export function escaped(text: string): string {
  return text.replaceAll(/[\\,\n\r]/g, escapeOne);
}

/** A text with one character for each of its bytes, as fields are. */
export function asBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function escapeOne(character: string): string {
  if (character === '\n') return '\\n';
  return character === '\r' ? '\\r' : `\\${character}`;
}
