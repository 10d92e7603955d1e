import type { ClientBase } from 'pg';
import { quoteIdentifier } from '../../core/schema/names.js';
import type { BoundColumn } from './bound-column.js';
import { isField } from './bound-column.js';
import type { CopyBytes } from './copy-bytes.js';
import { asBytes, escaped } from './copy-rows.js';
import type { FileImport } from './file-import.js';
import { isReference, referencedColumn } from './import-plan.js';
import type { PlainField } from './fields/field-kind.js';
import { plainField } from './plain-field.js';
import type { RecordBytes } from './record-bytes.js';
import { comma, newline } from './record-bytes.js';
import { tableSql } from './target-table.js';

/** Adds what COPY reads for a record to a row; false when the record has to be judged. */
export type PlainRow = (record: RecordBytes, row: CopyBytes) => boolean;

/**
 * How the records of a file become rows without a look at the database; undefined when the plan
 * asks for values that only SQL can tell.
 */
export async function plainRow(run: FileImport): Promise<PlainRow | undefined> {
  const values: PlainRow[] = [];
  for (const column of run.columns) {
    const value = await valueOf(run, column);
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

async function valueOf(run: FileImport, column: BoundColumn): Promise<PlainRow | undefined> {
  const { source } = column;
  if (isField(column)) {
    const field = plainField(column, run.entry);
    return field && fieldValue(field, fieldIndex(run, column));
  }
  if ('constant' in source) return constantValue(source.constant);
  return 'lookup' in source ? lookupValue(run, source) : undefined;
}

function fieldIndex({ file }: FileImport, { label }: BoundColumn): number {
  return file.headers.indexOf(label);
}

/** Most fields are whole numbers, which go through without becoming a text. */
function fieldValue({ read, wholes }: PlainField, index: number): PlainRow {
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

/** COPY reads nothing as null, so that it cannot be told an empty text. */
function constantValue(constant: string | number | boolean | null): PlainRow | undefined {
  if (constant === '') return undefined;
  const text = Buffer.from(constant === null ? '' : escaped(asBytes(String(constant))), 'latin1');
  return (_, row) => {
    row.addBytes(text, 0, text.length);
    return true;
  };
}

/** The maximum number of rows of a table whose values are kept in memory for a lookup. */
const mostLookups = 200_000;

interface Lookup {
  readonly lookup: string;
  readonly through: string;
}

async function lookupValue(
  run: FileImport,
  { lookup, through }: Lookup,
): Promise<PlainRow | undefined> {
  const reference = run.columns.find(({ target }) => target.name === through);
  if (!reference || !isField(reference) || !isReference(reference.source)) return undefined;
  const field = plainField(reference, run.entry);
  const key = quoteIdentifier(referencedColumn(reference.source));
  const values = await lookupsOf(run.client, {
    key,
    value: quoteIdentifier(lookup),
    table: tableSql(reference.source.to),
  });
  if (!field || !values) return undefined;
  const index = fieldIndex(run, reference);
  const keyOf = (record: RecordBytes) => {
    const whole = record.whole(index);
    return Number.isNaN(whole) ? Number(field.read(record.text(index)) || NaN) : whole;
  };
  return (record, row) => {
    const value = values.get(keyOf(record));
    if (value) row.addBytes(value, 0, value.length);
    return value !== undefined;
  };
}

interface LookupQuery {
  readonly key: string;
  readonly value: string;
  readonly table: string;
}

/** Undefined when there are too many, or one that COPY cannot be told. */
async function lookupsOf(
  client: ClientBase,
  { key, value, table }: LookupQuery,
): Promise<Map<number, Buffer> | undefined> {
  const { rows } = await client.query<{ key: string; value: string | null }>(
    `SELECT ${key}::text AS key, ${value}::text AS value FROM ${table}
     WHERE ${key} IS NOT NULL LIMIT ${mostLookups + 1}`,
  );
  if (rows.length > mostLookups || rows.some((row) => row.value === '')) return undefined;
  return new Map(
    rows.map((row) => [Number(row.key), Buffer.from(escaped(asBytes(row.value ?? '')), 'latin1')]),
  );
}
