import type { ClientBase } from 'pg';
import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type { BoundColumn } from '../plan/bound-column.js';
import { entryKeyOf } from '../plan/entry-columns.js';
import type { ImportFile } from '../plan/import-plan.js';
import type { TargetTable } from '../plan/target-table.js';
import type { CsvDialect } from './csv-record.js';
import type { FileProgress } from './file-progress.js';
import type { SourceFile } from './source-files.js';

/** One file on its way into its table. */
export interface FileImport {
  readonly client: ClientBase;
  readonly dialect: CsvDialect;
  readonly entry: ImportFile;
  readonly file: SourceFile;
  readonly target: TargetTable;
  readonly columns: readonly BoundColumn[];
  readonly progress: FileProgress;
  /** How long it keeps trying while other writers are in its way, in milliseconds. */
  readonly lockWait: number;
  /** Tables that files of this import fill, with the column of their historical ids. */
  readonly idColumns: ReadonlyMap<string, string>;
  /** Entries whose file is absent and whose rows are made up, by table. */
  readonly placeholders: ReadonlyMap<string, ImportFile>;
}

/** SQL that pairs a row of the file with the row of the table that has its key. */
export function sameKeySql({ entry }: FileImport, left: string, right: string): string {
  return entryKeyOf(entry)
    .map(quoteIdentifier)
    .map((name) => `${left}.${name} = ${right}.${name}`)
    .join(' AND ');
}

/** The names of target columns as the file calls them, for a person. */
export function headersOf({ columns }: FileImport, names: readonly string[]): string {
  return names
    .map((name) => columns.find(({ target }) => target.name === name)?.label ?? name)
    .join(', ');
}

/** Whether the file fills all these columns, so that a rule over them can be checked. */
export function fillsAll({ columns }: FileImport, names: readonly string[]): boolean {
  return names.every((name) => columns.some(({ target }) => target.name === name));
}
