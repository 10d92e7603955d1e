import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importFolder } from 'nest-dual-id/import';
import type { ImportPlan, ImportReport, ImportRequest } from 'nest-dual-id/import';
import pg from 'pg';
import { freshDatabase } from '../../support/database.js';
import { urlAs } from '../../support/roles.js';

/** Files by name, with their content. */
export type Files = Readonly<Record<string, string | Buffer>>;

/** A database and folders of one test. */
export interface Workbench {
  /** The owner's address, who imports. */
  readonly url: string;
  /** Connections of the owner. */
  readonly pool: pg.Pool;
  /** Connections of a superuser, who sees what the sessions of others wait for. */
  readonly superuser: pg.Pool;
  /** Writes the files into a new folder and imports it. */
  import(plan: ImportPlan, files: Files, options?: ImportRequest['options']): Promise<ImportReport>;
  /** Rows of a query of a superuser, who looks behind. */
  rows(sql: string): Promise<Record<string, unknown>[]>;
  /** The only value of a query. */
  value(sql: string): Promise<unknown>;
  /** A new folder with these files. */
  folder(files: Files): Promise<string>;
  close(): Promise<void>;
}

/** A clone of the migrated database, to import into. */
export async function workbench(): Promise<Workbench> {
  const database = await freshDatabase();
  const url = urlAs('owner', database.url);
  const pool = new pg.Pool({ connectionString: url });
  const superuser = new pg.Pool({ connectionString: database.url });
  // Dropping the database may reach a connection that is still closing.
  for (const open of [pool, superuser]) open.on('error', () => undefined);
  const root = await mkdtemp(join(tmpdir(), 'dual-id-import-'));
  const rows = async (sql: string) =>
    (await superuser.query<Record<string, unknown>>({ text: sql })).rows;
  const folder = async (files: Files) => {
    const path = await mkdtemp(join(root, 'data-'));
    for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
    return path;
  };
  return {
    url,
    pool,
    superuser,
    rows,
    folder,
    value: async (sql) => Object.values((await rows(sql))[0] ?? {})[0],
    import: async (plan, files, options) =>
      importFolder({
        database: pool,
        plan,
        folder: await folder(files),
        options: { rejects: root, ...options },
      }),
    close: async () => {
      await pool.end();
      await superuser.end();
      await database.drop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** What became of the rows of a report's files: `[rowsIn, loaded, rejected, alreadyThere]`. */
export function figures(report: ImportReport): Record<string, number[]> {
  return Object.fromEntries(
    report.files.map(({ file, rowsIn, loaded, rejected, alreadyThere }) => [
      file,
      [rowsIn, loaded, rejected, alreadyThere],
    ]),
  );
}

/** The rejects file's text, without its header. */
export async function rejectsOf(report: ImportReport): Promise<string[]> {
  if (report.rejectsFile === null) return [];
  const [header, ...lines] = (await readFile(report.rejectsFile, 'utf8')).trimEnd().split('\n');
  if (header !== 'file,line,reason,row') throw new Error(`unexpected header ${header}`);
  return lines;
}
