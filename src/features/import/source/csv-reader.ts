import type { CsvDialect, CsvRecord } from './csv-record.js';
import { neverClosed, readQuotedRecord, withoutCarriageReturn } from './quoted-record.js';

/** Longest record in bytes. A quote still open after that many is taken for one never closed. */
export const maxRecordBytes = 1 << 20;

const maxExcerpt = 200;
const byteOrderMark = '\xEF\xBB\xBF';

/**
 * Cuts a CSV file into records, chunk by chunk. A record with a broken quote costs its own line
 * only: reading continues with the next line, where libraries lose the rest of the file.
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
    if (length > maxRecordBytes && !this.text.includes('\n', this.at)) yield this.skipLine();
  }

  /**
   * The lines that end in this chunk, as bytes, for a faster reader; undefined where there are none
   * or only `read` knows where they start.
   */
  wholeLines(chunk: Buffer): Buffer | undefined {
    if (this.isStart || this.isSkipping) return undefined;
    const end = chunk.lastIndexOf('\n') + 1;
    if (end === 0) return undefined;
    return Buffer.concat([Buffer.from(this.text.slice(this.at), 'latin1'), chunk.subarray(0, end)]);
  }

  /** Continues after the whole lines of this chunk, which another reader has read and counted. */
  skipLines(chunk: Buffer, count: number): void {
    this.text = chunk.toString('latin1', chunk.lastIndexOf('\n') + 1);
    this.at = 0;
    this.line += count;
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
    const found = readQuotedRecord(text, at, this.dialect);
    if ('problem' in found ? found.problem === neverClosed : found.next > text.length && !isLast) {
      if (!isLast && text.length - at <= maxRecordBytes) return undefined;
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
    const raw = `${this.text.slice(this.at, this.at + maxExcerpt)}...`;
    this.at = this.text.length;
    this.isSkipping = true;
    return { line: this.line, raw, problem: `is longer than ${maxRecordBytes} bytes` };
  }
}

function newlinesIn(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) {
    count += 1;
  }
  return count;
}
