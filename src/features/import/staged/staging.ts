import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { isField, stagedName } from '../plan/bound-column.js';
import { checkFunctions, fieldProblemSql } from '../plan/field-checks.js';
import { CsvReader } from '../source/csv-reader.js';
import type { FileImport } from '../source/file-import.js';
import { isRowFault } from '../source/row-fault.js';
import { copyRow } from './copy-row.js';
import { faultReason } from './fault-reasons.js';
import { isolateFaults } from './isolate-faults.js';
import { appendRows, createRows, rowsTable, stagedTable } from './typed-rows.js';

/** What a file turned out to be while it was read. */
export interface StagedFile {
  readonly rows: number;
  /** SHA-256 of its bytes, in hex. */
  readonly digest: string | undefined;
  /** How long it took. */
  readonly seconds: number;
}

/** Copies a file into a staging table and types what can be read; returns what it was. */
export async function stageFile(run: FileImport): Promise<StagedFile> {
  const start = performance.now();
  const { client, file } = run;
  const fields = file.headers.map((_, index) => `${stagedName(index)} text`);
  await client.query(
    `CREATE TEMP TABLE dual_id_staged
       ("$line" bigint, "$reason" text, "$raw" text, ${fields.join(', ')}) ON COMMIT DROP`,
  );
  const staged = await copyToStaging(run);
  run.progress.report('checking', { rows: staged.rows });
  await client.query(`ANALYZE ${stagedTable}`);
  await markUnreadable(run);
  await typeRows(run);
  await client.query(`ANALYZE ${rowsTable}`);
  return { ...staged, seconds: (performance.now() - start) / 1000 };
}

/** Types all rows at once, or where the server refuses a value, all others. */
async function typeRows(run: FileImport): Promise<void> {
  const { client, columns } = run;
  await client.query('SAVEPOINT typed_rows');
  try {
    await client.query(createRows(columns, 'DATA'));
    await client.query('RELEASE SAVEPOINT typed_rows');
  } catch (error) {
    if (!isRowFault(error)) throw error;
    await client.query('ROLLBACK TO SAVEPOINT typed_rows');
    await client.query('RELEASE SAVEPOINT typed_rows');
    await typeEach(run);
  }
}

async function typeEach(run: FileImport): Promise<void> {
  const { client, columns } = run;
  await client.query(createRows(columns, 'NO DATA'));
  await client.query(`CREATE INDEX dual_id_staged_line ON ${stagedTable} ("$line")`);
  const { rows } = await client.query<{ last: string }>(
    `SELECT coalesce(max("$line"), 1) AS last FROM ${stagedTable}`,
  );
  const range = { from: 1, to: Number(rows[0]?.last ?? 1) };
  const faults = await isolateFaults(client, range, async (lines) => {
    await client.query(appendRows(columns, lines));
  });
  await client.query(
    `UPDATE ${stagedTable} s SET "$reason" = f.reason
     FROM unnest($1::bigint[], $2::text[]) f (line, reason) WHERE s."$line" = f.line`,
    [[...faults.keys()], [...faults.values()].map((error) => faultReason(run, error))],
  );
}

/** Makes room for the next file. */
export async function dropStaging({ client }: FileImport): Promise<void> {
  await client.query(`DROP TABLE ${rowsTable}`);
  await client.query(`DROP TABLE ${stagedTable}`);
}

async function copyToStaging(run: FileImport): Promise<Omit<StagedFile, 'seconds'>> {
  const { client, file, dialect, progress } = run;
  const reader = new CsvReader(dialect);
  const width = file.headers.length;
  let records = 0;
  const copyText = (chunk: string, isLast: boolean) => {
    let text = '';
    for (const record of reader.read(chunk, isLast)) {
      if (records > 0) text += copyRow(record, width);
      records += 1;
    }
    return Buffer.from(text, 'latin1');
  };
  const { chunks, bytesRead, digest } = file.open();
  await pipeline(
    async function* () {
      for await (const chunk of chunks) {
        yield copyText(chunk.toString('latin1'), false);
        progress.report('reading', { bytes: bytesRead(), rows: records - 1 });
      }
      yield copyText('', true);
    },
    client.query(
      copyFrom(
        `COPY ${stagedTable} FROM STDIN (FORMAT text, DELIMITER ',', NULL '', ENCODING 'UTF8')`,
      ),
    ),
  );
  return { rows: records - 1, digest: digest() };
}

async function markUnreadable({ client, columns, entry }: FileImport): Promise<void> {
  const fields = columns.filter(isField);
  const functions = checkFunctions(fields);
  for (const statement of functions.values()) await client.query(statement);
  const problems = fields.map((column) => fieldProblemSql(column, entry));
  const reason = `array_to_string(ARRAY[${problems.join(', ')}]::text[], '; ')`;
  const problemSql = problems.map((problem) => `(${problem}) IS NOT NULL`).join(' OR ');
  await client.query(
    `UPDATE ${stagedTable} SET "$reason" = ${reason} WHERE "$reason" IS NULL AND (${problemSql})`,
  );
  // They would remain for the next user of this connection.
  for (const name of functions.keys()) await client.query(`DROP FUNCTION pg_temp.${name}(text)`);
}
