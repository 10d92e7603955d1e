import type { ClientBase } from 'pg';
import { quoteIdentifier } from '../../core/schema/names.js';
import type { BoundColumn } from './bound-column.js';
import type { CsvDialect } from './csv-reader.js';
import type { ImportFile } from './import-plan.js';
import { keyOf } from './import-plan.js';
import type { FileProgress } from './progress.js';
import type { SourceFile } from './source-files.js';
import type { TargetTable } from './target-table.js';

/** One file on its way into its table. */
export interface FileImport {
  readonly client: ClientBase;
  readonly dialect: CsvDialect;
  readonly entry: ImportFile;
  readonly file: SourceFile;
  readonly target: TargetTable;
  readonly columns: readonly BoundColumn[];
  readonly progress: FileProgress;
  /** How long it goes on trying while other writers are in its way, in milliseconds. */
  readonly lockWait: number;
  /** Tables that files of this import fill, with the column of their historical ids. */
  readonly arriving: ReadonlyMap<string, string>;
  /** Entries whose file is absent and whose rows are made up, by table. */
  readonly standIns: ReadonlyMap<string, ImportFile>;
}

/** SQL that pairs a row of the file with the row of the table that has its key. */
export function sameKey({ entry }: FileImport, left: string, right: string): string {
  return keyOf(entry)
    .map(quoteIdentifier)
    .map((name) => `${left}.${name} = ${right}.${name}`)
    .join(' AND ');
}

/** The names of target columns as the file calls them, for a person. */
export function labelsOf({ columns }: FileImport, names: readonly string[]): string {
  return names
    .map((name) => columns.find(({ target }) => target.name === name)?.label ?? name)
    .join(', ');
}

/** Whether the file fills all these columns, so that a rule over them can be checked. */
export function fillsAll({ columns }: FileImport, names: readonly string[]): boolean {
  return names.every((name) => columns.some(({ target }) => target.name === name));
}
