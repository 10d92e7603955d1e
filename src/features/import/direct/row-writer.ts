import type { BoundColumn } from '../plan/bound-column.js';
import { isField } from '../plan/bound-column.js';
import { fastReaderOf } from '../plan/field-checks.js';
import type { FileImport } from '../source/file-import.js';
import { comma, newline } from '../source/record-bytes.js';
import type { RowWriter } from './field-writer.js';
import { constantWriter, fieldIndex, fieldWriter } from './field-writer.js';
import { lookupWriter } from './lookup-writer.js';

/**
 * How the records of a file become rows without a look at the database; undefined when the plan
 * asks for values that only SQL has.
 */
export async function rowWriter(run: FileImport): Promise<RowWriter | undefined> {
  const values: RowWriter[] = [];
  for (const column of run.columns) {
    const value = await valueWriter(run, column);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return (record, row) => {
    for (let at = 0; at < values.length; at += 1) {
      if (at > 0) row.addByte(comma);
      if (!values[at]?.(record, row)) return false;
    }
    row.addByte(newline);
    return true;
  };
}

async function valueWriter(run: FileImport, column: BoundColumn): Promise<RowWriter | undefined> {
  const { source } = column;
  if (isField(column)) {
    const field = fastReaderOf(column, run.entry);
    return field && fieldWriter(field, fieldIndex(run, column));
  }
  if ('constant' in source) return constantWriter(source.constant);
  return 'lookup' in source ? lookupWriter(run, source) : undefined;
}
