import type { ClientBase } from 'pg';
import { quoteIdentifier } from '../../core/schema/names.js';
import type { BoundColumn } from './bound-column.js';
import { isField } from './bound-column.js';
import { escaped, isText } from './copy-rows.js';
import type { CsvRecord } from './csv-reader.js';
import type { FileImport } from './file-import.js';
import { isReference, referencedColumn } from './import-plan.js';
import { asBytes, plainField } from './plain-field.js';
import type { PlainField } from './plain-field.js';
import { tableSql } from './target-table.js';

/** Gives a record as a line of COPY, or undefined when it has to be judged. */
export interface PlainRow {
  readonly ofRecord: (record: CsvRecord) => string | undefined;
  /** For a line of `CsvReader.plainLines`. */
  readonly ofLine: (line: string) => string | undefined;
}

/** A value of a line, from the fields of its record. */
type PlainValue = (fields: readonly string[]) => string | undefined;

/**
 * How the records of a file become rows without a look at the database; undefined when the plan
 * asks for values that only SQL can tell.
 */
export async function plainRow(run: FileImport): Promise<PlainRow | undefined> {
  const values: PlainValue[] = [];
  for (const column of run.columns) {
    const value = await valueOf(run, column);
    if (value === undefined) return undefined;
    values.push(value);
  }
  const width = run.file.headers.length;
  const ofFields = (fields: readonly string[]) =>
    fields.length === width ? line(values, fields) : undefined;
  return {
    ofRecord: ({ problem, raw, fields }) =>
      problem === undefined && isText(raw) ? ofFields(fields ?? raw.split(',')) : undefined,
    ofLine: (text) => ofFields(text.split(',')),
  };
}

function line(values: readonly PlainValue[], fields: readonly string[]): string | undefined {
  let text = '';
  for (let at = 0; at < values.length; at += 1) {
    const field = values[at]?.(fields);
    if (field === undefined) return undefined;
    text += at === 0 ? field : `,${field}`;
  }
  return `${text}\n`;
}

async function valueOf(run: FileImport, column: BoundColumn): Promise<PlainValue | undefined> {
  const { source } = column;
  if (isField(column)) {
    const read = plainField(column, run.entry);
    const index = fieldIndex(run, column);
    return read && ((fields) => read(fields[index] ?? ''));
  }
  if ('constant' in source) return constantValue(source.constant);
  return 'lookup' in source ? lookupValue(run, source) : undefined;
}

function fieldIndex({ file }: FileImport, { label }: BoundColumn): number {
  return file.headers.indexOf(label);
}

/** COPY reads nothing as null, so that it cannot be told an empty text. */
function constantValue(constant: string | number | boolean | null): PlainValue | undefined {
  if (constant === '') return undefined;
  const text = constant === null ? '' : escaped(asBytes(String(constant)));
  return () => text;
}

/** Most rows of a table whose values are kept in memory for a look-up. */
const mostLookups = 200_000;

interface Lookup {
  readonly lookup: string;
  readonly through: string;
}

async function lookupValue(
  run: FileImport,
  { lookup, through }: Lookup,
): Promise<PlainValue | undefined> {
  const reference = run.columns.find(({ target }) => target.name === through);
  if (!reference || !isField(reference) || !isReference(reference.source)) return undefined;
  const read: PlainField | undefined = plainField(reference, run.entry);
  const key = quoteIdentifier(referencedColumn(reference.source));
  const values = await lookupsOf(run.client, {
    key,
    value: quoteIdentifier(lookup),
    table: tableSql(reference.source.to),
  });
  if (!read || !values) return undefined;
  const index = fieldIndex(run, reference);
  return (fields) => values.get(read(fields[index] ?? '') ?? '');
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
): Promise<Map<string, string> | undefined> {
  const { rows } = await client.query<{ key: string; value: string | null }>(
    `SELECT ${key}::text AS key, ${value}::text AS value FROM ${table} LIMIT ${mostLookups + 1}`,
  );
  if (rows.length > mostLookups || rows.some((row) => row.value === '')) return undefined;
  return new Map(rows.map((row) => [row.key, escaped(asBytes(row.value ?? ''))]));
}
