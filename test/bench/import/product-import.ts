import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ImportReport } from 'nest-dual-id/import';

/** What an import in a process of its own told. */
export interface ImportRun {
  readonly report: ImportReport;
  /** Resident memory of the process in megabytes, four times a second. */
  readonly memory: readonly number[];
}

const program = fileURLToPath(new URL('run-import.js', import.meta.url));

/** Imports a folder in a process of its own; throws when a row was not loaded. */
export async function productImport(url: string, folder: string): Promise<ImportRun> {
  const flags = (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '');
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program, url, folder], {
    maxBuffer: 1 << 26,
  });
  const run = JSON.parse(stdout) as ImportRun;
  const lost = run.report.files.find(({ rowsIn, loaded }) => rowsIn !== loaded);
  if (lost) throw new Error(`${lost.file}: ${lost.loaded} of ${lost.rowsIn} rows were loaded.`);
  return run;
}
