import type { FolderContent } from '../source/source-files.js';

/** What became of the rows of one file. `rowsIn = loaded + rejected + alreadyThere`, always. */
export interface FileReport {
  readonly file: string;
  readonly table: string;
  /** Records in the file, without the header and blank lines. */
  readonly rowsIn: number;
  readonly loaded: number;
  readonly rejected: number;
  /**
   * Rows whose key was there with the same values in every column the file fills, and all rows of
   * a file that an import which did not end had loaded.
   */
  readonly alreadyThere: number;
  readonly seconds: number;
  /** Headers the plan does not know. */
  readonly unknownHeaders: readonly string[];
}

/** The sums of a table's files. */
export interface TableReport {
  readonly table: string;
  readonly rowsIn: number;
  readonly loaded: number;
  readonly rejected: number;
  readonly alreadyThere: number;
  /** Rows made with placeholder values, because the file that should bring them is absent. */
  readonly placeholders: number;
  /**
   * Of the historical rows in the table once its files are loaded, over the columns they fill: equal
   * rows have equal checksums in any order, on any server, under any public ids.
   */
  readonly checksum: string;
  readonly seconds: number;
}

/** What an import did. */
export interface ImportReport {
  readonly files: readonly FileReport[];
  readonly tables: readonly TableReport[];
  /** Sentences about what a reader of the numbers would otherwise miss. */
  readonly notes: readonly string[];
  /** Path of the file with the rejected rows; null when there are none. */
  readonly rejectsFile: string | null;
  readonly seconds: number;
}

interface TableFigures {
  readonly placeholders: ReadonlyMap<string, number>;
  readonly checksums: ReadonlyMap<string, string>;
}

/** Sums up the files of each table, in the order of loading. */
export function tableReports(
  files: readonly FileReport[],
  { placeholders, checksums }: TableFigures,
): TableReport[] {
  const names = new Set([...placeholders.keys(), ...files.map(({ table }) => table)]);
  return [...names].map((table) => {
    const own = files.filter((file) => file.table === table);
    const sum = (figure: (file: FileReport) => number) =>
      own.reduce((total, file) => total + figure(file), 0);
    return {
      table,
      rowsIn: sum((file) => file.rowsIn),
      loaded: sum((file) => file.loaded),
      rejected: sum((file) => file.rejected),
      alreadyThere: sum((file) => file.alreadyThere),
      placeholders: placeholders.get(table) ?? 0,
      checksum: checksums.get(table) ?? '',
      seconds: sum((file) => file.seconds),
    };
  });
}

/** What a reader of the numbers would otherwise miss. */
export function reportNotes(
  { planned, unplanned }: FolderContent,
  files: readonly FileReport[],
  placeholders: ReadonlyMap<string, number>,
): string[] {
  const absent = planned.filter((entry) => entry.files.length === 0).map(({ entry }) => entry);
  return [
    ...absent.map(({ file, table }) =>
      placeholders.has(table)
        ? `${file} is absent: ${placeholders.get(table)} rows of ${table} were made with placeholder values.`
        : `${file} is absent.`,
    ),
    ...files.flatMap(({ file, unknownHeaders }) =>
      unknownHeaders.map((name) => `${file}: the header ${name} is not in the plan; ignored.`),
    ),
    ...unplanned.map((name) => `${name} is not in the plan; left alone.`),
  ];
}
