import { quoteTable } from '../../../core/sql/quoting.js';

/** A column in the catalog. */
export interface CatalogColumn {
  readonly name: string;
  /** In the format of `format_type`: `bigint`, `character varying(50)`. */
  readonly type: string;
  readonly isEnum: boolean;
  readonly isNotNull: boolean;
  /** `a` for always, `d` for by default, empty for a column that is no identity column. */
  readonly identity: string;
  readonly hasDefault: boolean;
  /** Whether it is computed when it is read. */
  readonly isVirtual: boolean;
  /** The sequence that fills it, or null. */
  readonly sequence: string | null;
}

/** A constraint in the catalog: `p` primary, `u` unique, `f` foreign key, `c` check. */
export interface CatalogConstraint {
  readonly name: string;
  readonly kind: string;
  readonly columns: readonly string[];
  readonly isValidated: boolean;
  readonly isDeferrable: boolean;
  readonly isDeferred: boolean;
  /** The table a foreign key refers to, as `schema.table`; null for other kinds. */
  readonly target: string | null;
  readonly targetColumns: readonly string[];
  /** What a foreign key does when the referenced row is deleted: `c` cascade, `a` nothing. */
  readonly onDelete: string;
  readonly comment: string;
}

/** An index in the catalog; expressions have no column name. */
export interface CatalogIndex {
  readonly name: string;
  readonly columns: readonly (string | null)[];
  readonly isUnique: boolean;
  readonly isPrimary: boolean;
  readonly isValid: boolean;
  readonly isPartial: boolean;
  /** The condition of a partial index, as SQL; empty for an index of every row. */
  readonly predicate: string;
  /** In the format of `pg_get_indexdef`. */
  readonly definition: string;
  /** The comment on the index, or on the constraint behind it. */
  readonly comment: string;
}

/** A trigger in the catalog, including those behind foreign keys. */
export interface CatalogTrigger {
  readonly name: string;
  readonly isInternal: boolean;
  readonly isEnabled: boolean;
  /** The columns of `UPDATE OF`. */
  readonly columns: readonly string[];
  readonly functionName: string;
  readonly functionBody: string;
  /** Whether the function runs with its owner's rights, whoever writes the table. */
  readonly isDefiner: boolean;
  /** The arguments the trigger passes to its function. */
  readonly args: readonly string[];
}

/** A table with its columns, constraints, indexes and triggers. */
export interface CatalogTable {
  readonly schema: string;
  readonly table: string;
  readonly isPartitioned: boolean;
  /** Tables that inherit from it, directly or indirectly, not counting partitions. */
  readonly heirs: readonly string[];
  readonly columns: readonly CatalogColumn[];
  readonly constraints: readonly CatalogConstraint[];
  readonly indexes: readonly CatalogIndex[];
  readonly triggers: readonly CatalogTrigger[];
}

/** Every table outside the system schemas. */
export class Catalog {
  readonly #tables: ReadonlyMap<string, CatalogTable>;

  constructor(
    tables: readonly CatalogTable[],
    /** The schema of tables named without one. */
    readonly defaultSchema: string,
  ) {
    this.#tables = new Map(tables.map((table) => [pathOf(table), table]));
  }

  get tables(): readonly CatalogTable[] {
    return [...this.#tables.values()];
  }

  /** A table by name, or by `schema.table`. */
  find(table: string, schema = this.defaultSchema): CatalogTable | undefined {
    return this.#tables.get(`${schema}.${table}`);
  }

  /** A table by its full name, `schema.table`. */
  at(path: string): CatalogTable | undefined {
    return this.#tables.get(path);
  }

  /** The display name: without the schema if it is the default one. */
  nameOf({ schema, table }: Pick<CatalogTable, 'schema' | 'table'>): string {
    return schema === this.defaultSchema ? table : `${schema}.${table}`;
  }
}

/** `schema.table`, the key of a table. */
export function pathOf({ schema, table }: Pick<CatalogTable, 'schema' | 'table'>): string {
  return `${schema}.${table}`;
}

/** The name of a table for SQL. */
export function quotedPath({ schema, table }: Pick<CatalogTable, 'schema' | 'table'>): string {
  return quoteTable(table, schema);
}

/** The columns of the primary key, or an empty list. */
export function tableKeyOf(table: CatalogTable): readonly string[] {
  return table.constraints.find(({ kind }) => kind === 'p')?.columns ?? [];
}

/**
 * Whether a valid unique index on exactly these columns covers every row, including those of
 * inheriting tables.
 */
export function isUnique(table: CatalogTable, columns: readonly string[]): boolean {
  return table.indexes.some(
    (index) =>
      table.heirs.length === 0 &&
      index.isUnique &&
      index.isValid &&
      !index.isPartial &&
      index.columns.length === columns.length &&
      index.columns.every((column) => column !== null && columns.includes(column)),
  );
}
