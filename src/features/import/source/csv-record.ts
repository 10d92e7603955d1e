import { isUtf8 } from 'node:buffer';

/**
 * One record of a CSV file. Texts hold one byte in each character (latin1), so that bytes which
 * are not UTF-8 survive until they are checked.
 */
export interface CsvRecord {
  /** Line of the file on which the record starts; the first is 1. */
  readonly line: number;
  /** The record as it is in the file, without its line end. */
  readonly raw: string;
  /** The values, where quotes had to be read; otherwise they are in `raw`, separated by commas. */
  readonly fields?: readonly string[];
  /** Why the record cannot be read. */
  readonly problem?: string;
}

/** What of the file's dialect is not RFC 4180. */
export interface CsvDialect {
  readonly backslashQuotes: boolean;
}

/** The fields of a record as text, for a header. */
export function recordFields({ raw, fields }: CsvRecord): string[] {
  return (fields ?? raw.split(',')).map((field) => Buffer.from(field, 'latin1').toString('utf8'));
}

/** Why a text column does not take these bytes; undefined where it does. */
export function textProblem(raw: string): string | undefined {
  if (!unusual.test(raw)) return undefined;
  if (raw.includes('\0')) return 'contains a NUL byte';
  return isUtf8(Buffer.from(raw, 'latin1')) ? undefined : 'is not valid UTF-8';
}

const unusual = /[\0\x80-\xFF]/;
