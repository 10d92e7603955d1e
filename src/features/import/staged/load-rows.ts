import { idColumnOf } from '../plan/entry-columns.js';
import { advanceIds } from '../plan/id-sequence.js';
import type { FileImport } from '../source/file-import.js';
import { insertContested } from './contested-rows.js';
import { withSettings } from './local-settings.js';
import { insertSql, isLoadedSql, isNewSql, maxAccepted } from './new-rows.js';
import { makePlaceholders } from './placeholders.js';
import { sequenceOrder } from './row-sequence.js';
import { rowsTable, stagedTable } from './typed-rows.js';

/** Rows of a file by what became of them. */
export interface Outcome {
  readonly loaded: number;
  readonly rejected: number;
  readonly alreadyThere: number;
  /** Rows made in other tables because their own file is absent, by table. */
  readonly placeholders: ReadonlyMap<string, number>;
}

/**
 * Inserts the rows that passed every check and counts what became of each. Contested rows
 * that another writer inserted first count as neither until they are checked again.
 */
export async function loadRows(run: FileImport, isContested: boolean): Promise<Outcome> {
  const { client, entry } = run;
  const alreadyThere = await countRows(
    run,
    `SELECT count(*) FROM ${rowsTable} r WHERE "$reason" IS NULL AND ${isLoadedSql(run)}`,
  );
  const rejected = await countRows(
    run,
    `SELECT (SELECT count(*) FROM ${stagedTable} WHERE "$reason" IS NOT NULL)
          + (SELECT count(*) FROM ${rowsTable} WHERE "$reason" IS NOT NULL) AS count`,
  );
  const id = idColumnOf(entry);
  if (id !== undefined && entry.startWith === undefined) {
    await advanceIds(client, entry, await maxAccepted(run, id));
  }
  const placeholders = await makePlaceholders(run);
  const insert = `${insertSql(run)} FROM ${rowsTable} r WHERE ${isNewSql(run)}
    ${entry.sequence ? `ORDER BY ${sequenceOrder(entry.sequence)}` : ''}`;
  const loaded = await withSettings(run, async () =>
    isContested ? insertContested(run, insert) : ((await client.query(insert)).rowCount ?? 0),
  );
  // Deferred keys are checked now, where a look at what broke one is still to come.
  await client.query('SET CONSTRAINTS ALL IMMEDIATE');
  await client.query('SET CONSTRAINTS ALL DEFERRED');
  return { loaded, rejected, alreadyThere, placeholders };
}

async function countRows({ client }: FileImport, sql: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(sql);
  return Number(rows[0]?.count ?? 0);
}
