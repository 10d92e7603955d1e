import type { CsvDialect } from './csv-record.js';

/** The problem of a record whose quote may be closed by text that is still to come. */
export const neverClosed = 'a quote is opened and never closed';

/** A record in which quotes were read. */
export interface QuotedRecord {
  readonly raw: string;
  readonly fields: string[];
  /** Where the next record starts. */
  readonly next: number;
}

/** Why a record cannot be read. */
export interface RecordProblem {
  readonly problem: string;
}

/** Reads the record that starts at a place in a text, quotes and line ends inside them included. */
export function readQuotedRecord(
  text: string,
  start: number,
  dialect: CsvDialect,
): QuotedRecord | RecordProblem {
  const fields: string[] = [];
  for (let at = start; ; at += 1) {
    const field =
      text[at] === '"' ? readQuotedField(text, at, dialect) : readUnquotedField(text, at);
    if ('problem' in field) return field;
    fields.push(field.value);
    at = field.end;
    if (text[at] === ',') continue;
    const raw = withoutCarriageReturn(text.slice(start, at));
    return { raw, fields, next: at + 1 };
  }
}

interface RecordField {
  readonly value: string;
  readonly end: number;
}

function readQuotedField(
  text: string,
  at: number,
  dialect: CsvDialect,
): RecordField | RecordProblem {
  const close = closingQuote(text, at + 1);
  if (close < 0) return { problem: neverClosed };
  const end = text[close + 1] === '\r' && isLineEnd(text, close + 2) ? close + 2 : close + 1;
  if (text[end] !== ',' && !isLineEnd(text, end)) {
    return { problem: 'text follows a closing quote' };
  }
  const inner = text.slice(at + 1, close);
  const value = dialect.backslashQuotes
    ? inner.replaceAll(/\\?""/g, '"')
    : inner.replaceAll('""', '"');
  return { value, end };
}

function readUnquotedField(text: string, at: number): RecordField | RecordProblem {
  const comma = text.indexOf(',', at);
  const newline = text.indexOf('\n', at);
  const lineEnd = newline < 0 ? text.length : newline;
  const end = comma >= 0 && comma < lineEnd ? comma : lineEnd;
  const value = text.slice(at, end);
  if (value.includes('"')) return { problem: 'a quote stands inside a field without quotes' };
  return { value: end === lineEnd ? withoutCarriageReturn(value) : value, end };
}

function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

function isLineEnd(text: string, at: number): boolean {
  return at >= text.length || text[at] === '\n';
}

/** A line without the carriage return that ends it in files from Windows. */
export function withoutCarriageReturn(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
