import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import type { ImportFile } from '../plan/import-plan.js';
import { tableChecksum } from '../source/checksums.js';
import type { CsvDialect } from '../source/csv-record.js';
import type { FolderContent, PlannedFiles, SourceFile } from '../source/source-files.js';

/** Where an import records what it has loaded, until it ends. */
export interface ImportMemory {
  readonly client: ClientBase;
  /** The plan's name. */
  readonly plan: string;
  readonly content: FolderContent;
  readonly dialect: CsvDialect;
}

/** Files of an entry that an import which did not end has loaded. */
export interface FilesLoadedBefore {
  /** Rows of each file, by its name. */
  readonly rows: ReadonlyMap<string, number>;
  /** Of the table, then as now. */
  readonly checksum: string;
}

interface ImportedFileRow {
  readonly file: string;
  readonly sha256: string;
  readonly row_count: string;
  readonly checksum: string;
}

/**
 * What an import that did not end loaded of an entry, when nothing of it is left to do: all files
 * were loaded without a reject, and the files' bytes, the entry's declaration and the table's
 * historical rows are what they were then. Otherwise undefined. A stream is never known.
 */
export async function loadedBefore(
  memory: ImportMemory,
  { entry, files }: PlannedFiles,
  onHash: (file: SourceFile) => void,
): Promise<FilesLoadedBefore | undefined> {
  const { rows } = await memory.client.query<ImportedFileRow>(
    `SELECT file, sha256, row_count, checksum FROM dual_id.imported_files
     WHERE plan = $1 AND definition = $2`,
    [memory.plan, digestOfEntry(entry, memory.dialect)],
  );
  const known = new Map(rows.map((row) => [row.file, row]));
  if (!files.every(({ name }) => known.has(name))) return undefined;
  for (const file of files) {
    onHash(file);
    if ((await file.digest()) !== known.get(file.name)?.sha256) return undefined;
  }
  const own = files.flatMap(({ name }) => known.get(name) ?? []);
  const checksum = await tableChecksum(memory.client, entry.table, memory.content);
  if (own.some((file) => file.checksum !== checksum)) return undefined;
  return { rows: new Map(own.map((file) => [file.file, Number(file.row_count)])), checksum };
}

/** A file that was loaded whole. */
export interface LoadedFile {
  readonly file: string;
  readonly rows: number;
  readonly digest: string;
}

/** Records the files of an entry, in the transaction that loads their rows. */
export async function rememberFiles(
  { client, plan, dialect }: ImportMemory,
  entry: ImportFile,
  { files, checksum }: { readonly files: readonly LoadedFile[]; readonly checksum: string },
): Promise<void> {
  const definition = digestOfEntry(entry, dialect);
  for (const { file, rows, digest } of files) {
    await client.query(
      `INSERT INTO dual_id.imported_files
         (plan, file, table_name, definition, sha256, row_count, checksum)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (plan, file) DO UPDATE SET
         table_name = EXCLUDED.table_name, definition = EXCLUDED.definition,
         sha256 = EXCLUDED.sha256, row_count = EXCLUDED.row_count,
         checksum = EXCLUDED.checksum, loaded_at = now()`,
      [plan, file, entry.table, definition, digest, rows, checksum],
    );
  }
}

/** Forgets the tables of an import that ends: the next one looks at every row. */
export async function forgetFiles({ client, plan, content }: ImportMemory): Promise<void> {
  const tables = content.planned.map(({ entry }) => entry.table);
  await client.query(
    'DELETE FROM dual_id.imported_files WHERE plan = $1 AND table_name = ANY ($2)',
    [plan, tables],
  );
}

/** A digest of all that makes rows of a file's bytes: the entry, as the choices have it. */
function digestOfEntry(entry: ImportFile, dialect: CsvDialect): string {
  const text = JSON.stringify([entry, dialect], (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return createHash('sha256').update(text).digest('hex');
}
