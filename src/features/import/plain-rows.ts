import { CopyBytes } from './copy-bytes.js';
import { isText } from './copy-rows.js';
import { CsvReader } from './csv-reader.js';
import type { CsvDialect, CsvRecord } from './csv-reader.js';
import type { PlainRow } from './plain-row.js';
import { RecordBytes, newline } from './record-bytes.js';

/** A record that the checks have to judge. */
export class NotPlain extends Error {}

/** Turns the chunks of a file into rows for COPY. */
export class PlainRows {
  private readonly reader: CsvReader;
  private readonly record: RecordBytes;
  private isHeader = true;
  private count = 0;

  /** For records of so many fields. */
  constructor(
    dialect: CsvDialect,
    width: number,
    private readonly addRow: PlainRow,
  ) {
    this.reader = new CsvReader(dialect);
    this.record = new RecordBytes(width);
  }

  /** Rows so far. */
  get rows(): number {
    return this.count;
  }

  /** The rows that end in a chunk. Throws a `NotPlain`. */
  take(chunk: Buffer): Buffer {
    const text = this.isHeader ? undefined : this.takeLines(chunk);
    return text ?? this.takeRecords(chunk.toString('latin1'), false);
  }

  /** The row that ends with the file. Throws a `NotPlain`. */
  takeRest(): Buffer {
    return this.takeRecords('', true);
  }

  /** Undefined, and nothing taken, when a line is not as simple as most are. */
  private takeLines(chunk: Buffer): Buffer | undefined {
    const text = new CopyBytes(chunk.length * 2);
    let rows = 0;
    const taken = this.reader.offerLines(chunk, (bytes) => {
      let lines = 0;
      for (let at = 0; at < bytes.length; lines += 1) {
        const end = bytes[at] === newline ? at : this.record.takeLine(bytes, at);
        if (end < 0) return undefined;
        if (end > at) {
          if (!this.addRow(this.record, text)) return undefined;
          rows += 1;
        }
        at = end + 1;
      }
      return lines;
    });
    if (taken === undefined) return undefined;
    this.count += rows;
    return text.content();
  }

  private takeRecords(chunk: string, isLast: boolean): Buffer {
    const text = new CopyBytes(chunk.length * 2);
    for (const record of this.reader.read(chunk, isLast)) {
      if (!this.isHeader) this.takeRecord(record, text);
      this.isHeader = false;
    }
    return text.content();
  }

  private takeRecord({ problem, raw, fields }: CsvRecord, text: CopyBytes): void {
    const isPlain =
      problem === undefined && isText(raw) && this.record.takeFields(fields ?? raw.split(','));
    if (!isPlain || !this.addRow(this.record, text)) throw new NotPlain();
    this.count += 1;
  }
}
