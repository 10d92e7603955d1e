import type { BoundColumn } from '../plan/bound-column.js';
import { asBytes, escapedForCopy } from '../plan/copy-text.js';
import type { FieldReader } from '../plan/fields/field-kind.js';
import type { FileImport } from '../source/file-import.js';
import type { RecordBytes } from '../source/record-bytes.js';
import type { CopyBuffer } from './copy-buffer.js';

/** Adds what COPY reads for a record to a row; false when the record needs the checks. */
export type RowWriter = (record: RecordBytes, row: CopyBuffer) => boolean;

/** Which field of a record fills a column. */
export function fieldIndex({ file }: FileImport, { label }: BoundColumn): number {
  return file.headers.indexOf(label);
}

/** Writes a field. Most are whole numbers, which go through without becoming a text. */
export function fieldWriter({ read, wholes }: FieldReader, index: number): RowWriter {
  const { min, max } = wholes ?? { min: NaN, max: NaN };
  return (record, row) => {
    const whole = record.whole(index);
    if (whole >= min && whole <= max) {
      row.addBytes(record.bytes, record.start(index), record.end(index));
      return true;
    }
    const text = read(record.text(index));
    if (text !== undefined) row.addText(text);
    return text !== undefined;
  };
}

/** Writes a constant; undefined for an empty text, which COPY would read as null. */
export function constantWriter(constant: string | number | boolean | null): RowWriter | undefined {
  if (constant === '') return undefined;
  const text = Buffer.from(
    constant === null ? '' : escapedForCopy(asBytes(String(constant))),
    'latin1',
  );
  return (_, row) => {
    row.addBytes(text, 0, text.length);
    return true;
  };
}
