import { setTimeout as delay } from 'node:timers/promises';
import { importFolder } from 'nest-dual-id/import';
import type { ImportPlan, ImportReport } from 'nest-dual-id/import';
import pg from 'pg';
import type { Files, Workbench } from './workbench.js';

/** Asks on a connection that is gone afterwards, so that an import is alone. */
export async function askAlone(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Imports files once the server has let go of the connections before. */
export async function importAlone(
  bench: Workbench,
  plan: ImportPlan,
  files: Files,
): Promise<ImportReport> {
  const folder = await bench.folder(files);
  await delay(100);
  return importFolder({ database: bench.url, plan, folder, options: { rejects: folder } });
}
