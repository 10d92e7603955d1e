import { CsvReader } from '../source/csv-reader.js';
import type { CsvDialect, CsvRecord } from '../source/csv-record.js';
import { textProblem } from '../source/csv-record.js';
import { RecordBytes, newline } from '../source/record-bytes.js';
import { CopyBuffer } from './copy-buffer.js';
import type { RowWriter } from './field-writer.js';

/** A record that the direct way cannot load by itself, so that the checks have to look at it. */
export class NeedsChecks extends Error {}

/** Turns the chunks of a file into rows for COPY. */
export class CopyEncoder {
  private readonly reader: CsvReader;
  private readonly record: RecordBytes;
  private isHeader = true;
  private count = 0;

  /** For records of so many fields. */
  constructor(
    dialect: CsvDialect,
    width: number,
    private readonly writeRow: RowWriter,
  ) {
    this.reader = new CsvReader(dialect);
    this.record = new RecordBytes(width);
  }

  /** Rows so far. */
  get rows(): number {
    return this.count;
  }

  /** The rows that end in a chunk. Throws a `NeedsChecks`. */
  encode(chunk: Buffer): Buffer {
    return this.encodeLines(chunk) ?? this.encodeRecords(chunk.toString('latin1'), false);
  }

  /** The row that ends with the file. Throws a `NeedsChecks`. */
  encodeRest(): Buffer {
    return this.encodeRecords('', true);
  }

  /** Undefined, and nothing taken, when a line is not as simple as most are. */
  private encodeLines(chunk: Buffer): Buffer | undefined {
    const lines = this.isHeader ? undefined : this.reader.wholeLines(chunk);
    if (lines === undefined) return undefined;
    const text = new CopyBuffer(chunk.length * 2);
    let [count, rows] = [0, 0];
    for (let at = 0; at < lines.length; count += 1) {
      const end = lines[at] === newline ? at : this.record.takeLine(lines, at);
      if (end < 0) return undefined;
      if (end > at) {
        if (!this.writeRow(this.record, text)) return undefined;
        rows += 1;
      }
      at = end + 1;
    }
    this.reader.skipLines(chunk, count);
    this.count += rows;
    return text.content();
  }

  private encodeRecords(chunk: string, isLast: boolean): Buffer {
    const text = new CopyBuffer(chunk.length * 2);
    for (const record of this.reader.read(chunk, isLast)) {
      if (!this.isHeader) this.encodeRecord(record, text);
      this.isHeader = false;
    }
    return text.content();
  }

  private encodeRecord({ problem, raw, fields }: CsvRecord, text: CopyBuffer): void {
    const isReadable =
      problem === undefined &&
      textProblem(raw) === undefined &&
      this.record.takeFields(fields ?? raw.split(','));
    if (!isReadable || !this.writeRow(this.record, text)) throw new NeedsChecks();
    this.count += 1;
  }
}
