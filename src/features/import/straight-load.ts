import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { FinishBulk } from './bulk-load.js';
import type { FileImport } from './file-import.js';
import { FileFailure, withFile } from './import-failure.js';
import { plainRow } from './plain-row.js';
import { NotPlain, PlainRows } from './plain-rows.js';
import { isRowFault } from './row-faults.js';
import { columnList } from './target-table.js';

/** A file that was loaded whole. */
export interface StraightFile {
  readonly run: FileImport;
  readonly rows: number;
  /** SHA-256 of its bytes, in hex. */
  readonly digest: string | undefined;
  readonly seconds: number;
}

/**
 * Loads files into a table whose keys are off, at the speed of COPY, and builds its keys. The
 * database judges the rows while it does: as soon as it refuses one, or a record is met that is
 * not plain, nothing is loaded and the answer is undefined. Who is at fault is for the checks.
 */
export async function loadStraight(
  files: readonly FileImport[],
  finishBulk: FinishBulk,
): Promise<StraightFile[] | undefined> {
  const [first] = files;
  if (!first) return undefined;
  const { client, target } = first;
  await client.query('SAVEPOINT straight_load');
  try {
    const loaded: StraightFile[] = [];
    for (const file of files) loaded.push(await withFile(file.file.name, () => copyFile(file)));
    await settle(client, target.sql);
    for (const { run, rows } of loaded) run.progress.report('loading', { rows });
    await finishBulk();
    await client.query('RELEASE SAVEPOINT straight_load');
    return loaded;
  } catch (error) {
    if (!isFault(error)) throw error;
    await client.query('ROLLBACK TO SAVEPOINT straight_load');
    return undefined;
  }
}

function isFault(error: unknown): boolean {
  if (error instanceof FileFailure) return isFault(error.cause);
  return error instanceof NotPlain || isRowFault(error);
}

async function copyFile(run: FileImport): Promise<StraightFile> {
  const start = performance.now();
  const row = await plainRow(run);
  if (!row) throw new NotPlain();
  const names = columnList(run.columns.map(({ target }) => target.name));
  const copy = run.client.query(
    copyFrom(
      `COPY ${run.target.sql} (${names})
       FROM STDIN (FORMAT text, DELIMITER ',', NULL '', ENCODING 'UTF8')`,
    ),
  );
  const source = run.file.open();
  const plain = new PlainRows(run.dialect, run.file.headers.length, row);
  async function* text(): AsyncGenerator<Buffer> {
    for await (const chunk of source.chunks) {
      yield plain.take(chunk);
      run.progress.report('reading', { bytes: source.bytesRead(), rows: plain.rows });
    }
    yield plain.takeRest();
  }
  await pipeline(text, copy);
  const { rows } = plain;
  if (copy.rowCount !== rows) throw new NotPlain();
  run.progress.report('checking', { rows });
  const seconds = (performance.now() - start) / 1000;
  return { run, rows, digest: source.digest(), seconds };
}

/** Deferred keys are checked before any key is built, and the planner knows the rows by then. */
async function settle(client: ClientBase, table: string): Promise<void> {
  await client.query('SET CONSTRAINTS ALL IMMEDIATE');
  await client.query('SET CONSTRAINTS ALL DEFERRED');
  await client.query(`ANALYZE ${table}`);
}
