/**
 * One record of a CSV file. Texts hold one byte in each character (latin1), so that bytes which
 * are not UTF-8 survive until somebody judges them.
 */
export interface CsvRecord {
  /** Line of the file on which the record starts; the first is 1. */
  readonly line: number;
  /** The record as it stands in the file, without its line end. */
  readonly raw: string;
  /** The values, where quotes had to be read; otherwise they stand in `raw` between commas. */
  readonly fields?: readonly string[];
  /** Why the record cannot be read. */
  readonly problem?: string;
}

/** What of the file's dialect is not RFC 4180. */
export interface CsvDialect {
  readonly backslashQuotes: boolean;
}

/** Longest record in bytes. A quote still open after that many is taken for one never closed. */
export const longestRecord = 1 << 20;

const longestExcerpt = 200;
const byteOrderMark = '\xEF\xBB\xBF';
const neverClosed = 'a quote is opened and never closed';

/**
 * Cuts a CSV file into records, chunk by chunk. A record with a broken quote costs its own line
 * only: reading goes on with the next line, where libraries lose the rest of the file.
 */
export class CsvReader {
  private text = '';
  private at = 0;
  private line = 1;
  private isStart = true;
  private isSkipping = false;

  constructor(private readonly dialect: CsvDialect) {}

  /** The records that end in this chunk of latin1 text; the last chunk ends them all. */
  *read(chunk: string, isLast: boolean): Generator<CsvRecord> {
    this.text = this.text.slice(this.at) + chunk;
    this.at = 0;
    if (!this.findStart(isLast)) return;
    for (let record = this.next(isLast); record; record = this.next(isLast)) yield record;
    const length = this.text.length - this.at;
    if (length > longestRecord && !this.text.includes('\n', this.at)) yield this.skipLine();
  }

  /**
   * Offers the lines that end in this chunk, as bytes, to somebody who counts them while taking
   * them. Undefined, and nothing taken, where there are none or they were refused: then `read` has
   * to do it.
   */
  offerLines(chunk: Buffer, take: (lines: Buffer) => number | undefined): number | undefined {
    if (this.isStart || this.isSkipping) return undefined;
    const end = chunk.lastIndexOf('\n') + 1;
    if (end === 0) return undefined;
    const begun = Buffer.from(this.text.slice(this.at), 'latin1');
    const count = take(Buffer.concat([begun, chunk.subarray(0, end)]));
    if (count === undefined) return undefined;
    this.text = chunk.toString('latin1', end);
    this.at = 0;
    this.line += count;
    return count;
  }

  /** Steps over the byte order mark and the rest of a skipped line; false when more is needed. */
  private findStart(isLast: boolean): boolean {
    if (this.isStart) {
      if (this.text.length < byteOrderMark.length && !isLast) return false;
      this.isStart = false;
      if (this.text.startsWith(byteOrderMark)) this.at = byteOrderMark.length;
    }
    if (this.isSkipping) {
      const end = this.text.indexOf('\n');
      this.at = end < 0 ? this.text.length : end + 1;
      if (end < 0) return false;
      this.isSkipping = false;
      this.line += 1;
    }
    return true;
  }

  private next(isLast: boolean): CsvRecord | undefined {
    while (this.at < this.text.length) {
      const newline = this.text.indexOf('\n', this.at);
      if (newline < 0 && !isLast) return undefined;
      const end = newline < 0 ? this.text.length : newline;
      const raw = withoutCarriageReturn(this.text.slice(this.at, end));
      if (raw.includes('"')) return this.quoted(raw, end, isLast);
      const line = this.line;
      this.at = end + 1;
      this.line += 1;
      if (raw !== '') return { line, raw };
    }
    return undefined;
  }

  private quoted(firstLine: string, end: number, isLast: boolean): CsvRecord | undefined {
    const { text, at, line } = this;
    const found = readQuoted(text, at, this.dialect);
    if ('problem' in found ? found.problem === neverClosed : found.next > text.length && !isLast) {
      if (!isLast && text.length - at <= longestRecord) return undefined;
      return this.broken(firstLine, end, neverClosed);
    }
    if ('problem' in found) return this.broken(firstLine, end, found.problem);
    this.at = found.next;
    this.line += newlinesIn(text, at, found.next);
    return { line, raw: found.raw, fields: found.fields };
  }

  private broken(raw: string, end: number, problem: string): CsvRecord {
    const line = this.line;
    this.at = end + 1;
    this.line += 1;
    return { line, raw, problem };
  }

  private skipLine(): CsvRecord {
    const raw = `${this.text.slice(this.at, this.at + longestExcerpt)}...`;
    this.at = this.text.length;
    this.isSkipping = true;
    return { line: this.line, raw, problem: `is longer than ${longestRecord} bytes` };
  }
}

interface QuotedRecord {
  readonly raw: string;
  readonly fields: string[];
  /** Where the next record starts. */
  readonly next: number;
}

interface Problem {
  readonly problem: string;
}

function readQuoted(text: string, start: number, dialect: CsvDialect): QuotedRecord | Problem {
  const fields: string[] = [];
  for (let at = start; ; at += 1) {
    const field = text[at] === '"' ? readQuotedField(text, at, dialect) : readPlainField(text, at);
    if ('problem' in field) return field;
    fields.push(field.value);
    at = field.end;
    if (text[at] === ',') continue;
    const raw = withoutCarriageReturn(text.slice(start, at));
    return { raw, fields, next: at + 1 };
  }
}

interface Field {
  readonly value: string;
  readonly end: number;
}

function readQuotedField(text: string, at: number, dialect: CsvDialect): Field | Problem {
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

function readPlainField(text: string, at: number): Field | Problem {
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

function withoutCarriageReturn(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

function newlinesIn(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) {
    count += 1;
  }
  return count;
}
