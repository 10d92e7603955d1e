import type { ClientBase } from 'pg';
import { quoteIdentifier } from '../../core/schema/names.js';
import { requiredIdColumn } from './bound-column.js';
import { chainOrder } from './chain.js';
import { insertContested } from './contested-rows.js';
import type { FileImport } from './file-import.js';
import { sameKey } from './file-import.js';
import { advanceIds } from './id-sequence.js';
import { rememberIds } from './imported-ids.js';
import type { FileColumn, ImportFile } from './import-plan.js';
import { idColumnOf, isFileColumn } from './import-plan.js';
import { columnList, tableSql } from './target-table.js';
import { rowsTable, stagedTable, valueSql } from './typed-rows.js';

/** Rows of a file by what became of them. */
export interface Outcome {
  readonly loaded: number;
  readonly rejected: number;
  readonly alreadyThere: number;
  /** Rows made in other tables because their own file is absent, by table. */
  readonly standIns: ReadonlyMap<string, number>;
}

/**
 * Inserts the rows that passed every check and counts what became of each. Contested rows that
 * somebody else was faster with are neither, until they are judged again.
 */
export async function loadRows(run: FileImport, isContested: boolean): Promise<Outcome> {
  const { client, entry } = run;
  const alreadyThere = await count(
    run,
    `SELECT count(*) FROM ${rowsTable} r WHERE "$reason" IS NULL AND ${isThere(run)}`,
  );
  const rejected = await count(
    run,
    `SELECT (SELECT count(*) FROM ${stagedTable} WHERE "$reason" IS NOT NULL)
          + (SELECT count(*) FROM ${rowsTable} WHERE "$reason" IS NOT NULL) AS count`,
  );
  const id = idColumnOf(entry);
  if (id !== undefined && entry.startWith === undefined) {
    await advanceIds(client, entry, await highest(run, id));
  }
  const standIns = await makeStandIns(run);
  const insert = `${insertInto(run)} FROM ${rowsTable} r WHERE ${isNew(run)}
    ${entry.chain ? `ORDER BY ${chainOrder(entry.chain)}` : ''}`;
  const loaded = await withSettings(run, async () =>
    isContested ? insertContested(run, insert) : ((await client.query(insert)).rowCount ?? 0),
  );
  // Deferred keys are checked now, where a look at what broke one is still to come.
  await client.query('SET CONSTRAINTS ALL IMMEDIATE');
  await client.query('SET CONSTRAINTS ALL DEFERRED');
  return { loaded, rejected, alreadyThere, standIns };
}

/** The start of the statement that inserts rows of the file, up to where they come from. */
export function insertInto({ target, columns }: FileImport): string {
  const names = columnList(columns.map((column) => column.target.name));
  return `INSERT INTO ${target.sql} (${names}) SELECT ${names}`;
}

/** SQL that tells rows `r` which passed every check and are not in the table. */
export function isNew(run: FileImport): string {
  return `"$reason" IS NULL AND NOT ${isThere(run)}`;
}

function isThere(run: FileImport): string {
  return `EXISTS (SELECT FROM ${run.target.sql} t WHERE ${sameKey(run, 't', 'r')})`;
}

/** Counts the table for the planner, however long somebody else who counts or vacuums it takes. */
export async function analyze({ client, target, lockWait }: FileImport): Promise<void> {
  const { rows } = await client.query<{ limit: string }>(
    `SELECT current_setting('lock_timeout') AS limit`,
  );
  await setLocally(client, 'lock_timeout', String(lockWait));
  await client.query(`ANALYZE ${target.sql}`);
  await setLocally(client, 'lock_timeout', rows[0]?.limit ?? '0');
}

/** The highest value of a column in the rows that passed every check; null without any. */
async function highest({ client }: FileImport, column: string): Promise<string | null> {
  const { rows } = await client.query<{ highest: string | null }>(
    `SELECT max(${quoteIdentifier(column)})::text AS highest FROM ${rowsTable}
     WHERE "$reason" IS NULL`,
  );
  return rows[0]?.highest ?? null;
}

/** Settings of the entry hold for its own rows only. */
export async function withSettings<T>(
  { client, entry }: FileImport,
  work: () => Promise<T>,
): Promise<T> {
  const names = Object.keys(entry.settings ?? {});
  for (const name of names) await setLocally(client, name, entry.settings?.[name] ?? '');
  const result = await work();
  for (const name of names) await setLocally(client, name, '');
  return result;
}

async function setLocally(client: ClientBase, name: string, value: string): Promise<void> {
  await client.query('SELECT set_config($1, $2, true)', [name, value]);
}

async function count({ client }: FileImport, sql: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(sql);
  return Number(rows[0]?.count ?? 0);
}

/** Makes the rows of other tables whose own file is absent; their number, by table. */
export async function makeStandIns(run: FileImport): Promise<Map<string, number>> {
  const made = new Map<string, number>();
  for (const { target, source } of run.columns) {
    if (!isFileColumn(source) || source.type !== 'reference') continue;
    const entry = run.standIns.get(source.to);
    if (!entry) continue;
    const rows = await insertStandIns(run, { entry, column: target.name, source });
    made.set(entry.table, (made.get(entry.table) ?? 0) + rows);
  }
  return made;
}

interface StandInReference {
  readonly entry: ImportFile;
  readonly column: string;
  readonly source: FileColumn;
}

/** A later file may tell of them, and means them. */
async function rememberStandIns(
  { client }: FileImport,
  { entry, column }: Omit<StandInReference, 'source'>,
): Promise<void> {
  const own = quoteIdentifier(column);
  await rememberIds(
    client,
    entry.table,
    `SELECT ${own} AS id FROM ${rowsTable} WHERE "$reason" IS NULL AND ${own} IS NOT NULL`,
  );
}

async function insertStandIns(run: FileImport, reference: StandInReference): Promise<number> {
  const { entry, column } = reference;
  const id = requiredIdColumn(entry);
  const values = Object.entries(entry.standIns ?? {});
  const own = quoteIdentifier(column);
  if (entry.startWith === undefined) {
    await advanceIds(run.client, entry, await highest(run, column));
  }
  const result = await run.client.query<{ id: string }>(
    `INSERT INTO ${tableSql(entry.table)} (${columnList([id, ...values.map(([name]) => name)])})
     SELECT ${[`imported.${quoteIdentifier(id)}`, ...values.map(([, value]) => valueSql(value))].join(', ')}
     FROM (SELECT DISTINCT ${own} AS ${quoteIdentifier(id)} FROM ${rowsTable}
           WHERE "$reason" IS NULL AND ${own} IS NOT NULL) imported
     WHERE NOT EXISTS (SELECT FROM ${tableSql(entry.table)} t
       WHERE t.${quoteIdentifier(id)} = imported.${quoteIdentifier(id)})`,
  );
  if (result.rowCount) await rememberStandIns(run, { entry, column });
  return result.rowCount ?? 0;
}
