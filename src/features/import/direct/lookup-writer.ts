import type { ClientBase } from 'pg';
import { quoteIdentifier } from '../../../core/sql/quoting.js';
import { isField } from '../plan/bound-column.js';
import { asBytes, escapedForCopy } from '../plan/copy-text.js';
import { isReference, referencedColumn } from '../plan/entry-columns.js';
import { fastReaderOf } from '../plan/field-checks.js';
import { tableSql } from '../plan/target-table.js';
import type { FileImport } from '../source/file-import.js';
import type { RecordBytes } from '../source/record-bytes.js';
import type { RowWriter } from './field-writer.js';
import { fieldIndex } from './field-writer.js';

/** The maximum number of rows of a table whose values are kept in memory for a lookup. */
const maxLookups = 200_000;

interface Lookup {
  readonly lookup: string;
  readonly through: string;
}

/** Writes the value that a reference looks up; undefined where SQL has to look. */
export async function lookupWriter(
  run: FileImport,
  { lookup, through }: Lookup,
): Promise<RowWriter | undefined> {
  const reference = run.columns.find(({ target }) => target.name === through);
  if (!reference || !isField(reference) || !isReference(reference.source)) return undefined;
  const field = fastReaderOf(reference, run.entry);
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

/** Undefined when there are too many, or an empty text, which COPY would read as null. */
async function lookupsOf(
  client: ClientBase,
  { key, value, table }: LookupQuery,
): Promise<Map<number, Buffer> | undefined> {
  const { rows } = await client.query<{ key: string; value: string | null }>(
    `SELECT ${key}::text AS key, ${value}::text AS value FROM ${table}
     WHERE ${key} IS NOT NULL LIMIT ${maxLookups + 1}`,
  );
  if (rows.length > maxLookups || rows.some((row) => row.value === '')) return undefined;
  return new Map(
    rows.map((row) => [
      Number(row.key),
      Buffer.from(escapedForCopy(asBytes(row.value ?? '')), 'latin1'),
    ]),
  );
}
