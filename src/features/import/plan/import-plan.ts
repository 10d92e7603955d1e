import type { FieldType } from './fields/field-type.js';

/** A column filled from a field of the file. On a second import it must equal what is there. */
export type FileColumn = FieldType & {
  /** The header in the file. */
  readonly from: string;
  /** The header may be missing; the column is then left to `otherwise` or its default. */
  readonly optional?: boolean;
  /** A blank field means null. Otherwise a row with a blank field is rejected. */
  readonly nullable?: boolean;
  /** SQL instead of a blank field or missing header; file columns are `imported.<column>`. */
  readonly otherwise?: string;
};

/** A column that points at a row of another table. */
export type ReferenceColumn = FileColumn & {
  readonly type: 'reference' | 'publicReference';
};

/** A column no file holds. It is set when the row is made and never compared afterwards. */
export type ValueColumn =
  | { readonly constant: string | number | boolean | null }
  /** A SQL expression; the row's file columns are `imported.<column>`. */
  | { readonly sql: string }
  /** The slug of a text column of the same row. */
  | { readonly slugOf: string }
  /** A column of the row that the reference `through` points at, as it is at import. */
  | { readonly lookup: string; readonly through: string }
  /** A column's value in the row before, along the entry's `sequence`; null in the first. */
  | { readonly previous: string };

/** Rows that follow one another, and the steps they may take. */
export interface ImportSequence {
  /** The column that tells sequences apart. */
  readonly by: string;
  /** The column that orders a sequence; rows with the same value follow as they do in the file. */
  readonly along: string;
  /** A table of the allowed steps with its two columns. Without it, every step is. */
  readonly steps?: { readonly table: string; readonly from: string; readonly to: string };
  /** The only value a sequence starts with. */
  readonly first?: string;
}

/** Where the value of one column of the table comes from. */
export type ImportColumn = FileColumn | ValueColumn;

/** One kind of file and the table its rows go to. */
export interface ImportFile {
  /** Name of the file, or a pattern such as `order_products__*.csv` for several. */
  readonly file: string;
  /** The import continues without it. */
  readonly optional?: boolean;
  /** Name of the table, with its schema where the search path does not find it. */
  readonly table: string;
  /** Target column to the source of its value. */
  readonly columns: Readonly<Record<string, ImportColumn>>;
  /** Columns that tell rows apart; the one of type `id` unless named. A unique index covers them. */
  readonly key?: readonly string[];
  /** First internal id of new rows. A row with this id or a higher one is rejected. */
  readonly startWith?: number | bigint | string;
  /** Headers that are known and not imported. */
  readonly ignore?: readonly string[];
  /**
   * Values of the rows that are made when the (optional) file is absent and other files refer to
   * it: one row for each historical id, which is `imported.<id column>` in SQL.
   */
  readonly placeholders?: Readonly<Record<string, ValueColumn>>;
  /**
   * What `previous` follows. A row whose step is not allowed is rejected, and the rows after it
   * follow the last good one; new rows stand behind those that are there.
   */
  readonly sequence?: ImportSequence;
  /** Database settings such as `{ 'shop.importing': 'on' }`, which hold while rows are inserted. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** What the caller chose of the plan's choices. */
export type ImportChoices = Readonly<Record<string, string | undefined>>;

/** A declared mapping from files to tables: all an application writes to import its data. */
export interface ImportPlan {
  /** Names the plan in the rejects file. */
  readonly name: string;
  /** Reads `\""` inside quotes as a quote, as some exports write it; RFC 4180 keeps the backslash. */
  readonly backslashQuotes?: boolean;
  /** Options the caller may choose, each with its values: `{ prices: ['seeded'] }`. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  /** In the order of loading: a table stands after those it refers to. */
  readonly files: readonly ImportFile[] | ((choices: ImportChoices) => readonly ImportFile[]);
}
