import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { columnList } from '../plan/target-table.js';
import { FileFailure, withFile } from '../source/file-failure.js';
import type { FileImport } from '../source/file-import.js';
import { isRowFault } from '../source/row-fault.js';
import { CopyEncoder, NeedsChecks } from './copy-encoder.js';
import { rowWriter } from './row-writer.js';

/** A file that was loaded whole. */
export interface DirectFile {
  readonly run: FileImport;
  readonly rows: number;
  /** SHA-256 of its bytes, in hex. */
  readonly digest: string | undefined;
  readonly seconds: number;
}

/**
 * Loads files into a table whose keys are off, at the speed of COPY, and builds its keys. The
 * database checks the rows while it does: as soon as it refuses one, or a record needs the checks,
 * nothing is loaded and undefined is returned. Which row is at fault is for the checks.
 */
export async function loadDirectly(
  files: readonly FileImport[],
  buildKeys: () => Promise<void>,
): Promise<DirectFile[] | undefined> {
  const [first] = files;
  if (!first) return undefined;
  const { client, target } = first;
  await client.query('SAVEPOINT direct_load');
  try {
    const loaded: DirectFile[] = [];
    for (const file of files) loaded.push(await withFile(file.file.name, () => copyDirectly(file)));
    await settle(client, target.sql);
    for (const { run, rows } of loaded) run.progress.report('loading', { rows });
    await buildKeys();
    await client.query('RELEASE SAVEPOINT direct_load');
    return loaded;
  } catch (error) {
    if (!isFault(error)) throw error;
    await client.query('ROLLBACK TO SAVEPOINT direct_load');
    return undefined;
  }
}

function isFault(error: unknown): boolean {
  if (error instanceof FileFailure) return isFault(error.cause);
  return error instanceof NeedsChecks || isRowFault(error);
}

async function copyDirectly(run: FileImport): Promise<DirectFile> {
  const start = performance.now();
  const row = await rowWriter(run);
  if (!row) throw new NeedsChecks();
  const names = columnList(run.columns.map(({ target }) => target.name));
  const copy = run.client.query(
    copyFrom(
      `COPY ${run.target.sql} (${names})
       FROM STDIN (FORMAT text, DELIMITER ',', NULL '', ENCODING 'UTF8')`,
    ),
  );
  const source = run.file.open();
  const encoder = new CopyEncoder(run.dialect, run.file.headers.length, row);
  async function* text(): AsyncGenerator<Buffer> {
    for await (const chunk of source.chunks) {
      yield encoder.encode(chunk);
      run.progress.report('reading', { bytes: source.bytesRead(), rows: encoder.rows });
    }
    yield encoder.encodeRest();
  }
  await pipeline(text, copy);
  const { rows } = encoder;
  if (copy.rowCount !== rows) throw new NeedsChecks();
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
