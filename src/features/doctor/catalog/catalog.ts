import { quoteTable } from '../../../core/schema/names.js';

/** A column as PostgreSQL has it. */
export interface CatalogColumn {
  readonly name: string;
  /** As `format_type` writes it: `bigint`, `character varying(50)`. */
  readonly type: string;
  readonly isEnum: boolean;
  readonly isNotNull: boolean;
  /** `a` always, `d` by default, empty for a column without identity. */
  readonly identity: string;
  readonly hasDefault: boolean;
  /** The sequence that fills it, or null. */
  readonly sequence: string | null;
}

/** A constraint as PostgreSQL has it: `p` primary, `u` unique, `f` foreign key, `c` check. */
export interface CatalogConstraint {
  readonly name: string;
  readonly kind: string;
  readonly columns: readonly string[];
  readonly isValidated: boolean;
  readonly isDeferrable: boolean;
  readonly isDeferred: boolean;
  /** The table a foreign key leads to, as `schema.table`; null for other kinds. */
  readonly target: string | null;
  readonly targetColumns: readonly string[];
  /** What a foreign key does when the row it leads to is deleted: `c` cascade, `a` nothing. */
  readonly onDelete: string;
  readonly comment: string;
}

/** An index as PostgreSQL has it; expressions have no column name. */
export interface CatalogIndex {
  readonly name: string;
  readonly columns: readonly (string | null)[];
  readonly isUnique: boolean;
  readonly isPrimary: boolean;
  readonly isValid: boolean;
  readonly isPartial: boolean;
  /** The condition of a partial index, as SQL; empty for one of every row. */
  readonly predicate: string;
  /** As `pg_get_indexdef` writes it. */
  readonly definition: string;
  /** That of the index, or of the constraint it stands for. */
  readonly comment: string;
}

/** A trigger as PostgreSQL has it, one behind a foreign key among them. */
export interface CatalogTrigger {
  readonly name: string;
  readonly isInternal: boolean;
  readonly isEnabled: boolean;
  /** The columns of `UPDATE OF`. */
  readonly columns: readonly string[];
  readonly functionName: string;
  readonly functionBody: string;
  /** The function has the rights of its owner, whoever writes the table. */
  readonly isDefiner: boolean;
  /** What the trigger gives to its function. */
  readonly args: readonly string[];
}

/** A table and what stands on it. */
export interface CatalogTable {
  readonly schema: string;
  readonly table: string;
  readonly isPartitioned: boolean;
  /** Tables that inherit from it, at any distance; partitions are none. */
  readonly heirs: readonly string[];
  readonly columns: readonly CatalogColumn[];
  readonly constraints: readonly CatalogConstraint[];
  readonly indexes: readonly CatalogIndex[];
  readonly triggers: readonly CatalogTrigger[];
}

/** Every table outside of the system's schemas. */
export class Catalog {
  readonly #tables: ReadonlyMap<string, CatalogTable>;

  constructor(
    tables: readonly CatalogTable[],
    /** The schema of tables that name none. */
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

  /** A table by its `schema.table`. */
  at(path: string): CatalogTable | undefined {
    return this.#tables.get(path);
  }

  /** The name people use: without the schema where it is the default one. */
  nameOf({ schema, table }: Pick<CatalogTable, 'schema' | 'table'>): string {
    return schema === this.defaultSchema ? table : `${schema}.${table}`;
  }
}

/** `schema.table`, the key of a table. */
export function pathOf({ schema, table }: Pick<CatalogTable, 'schema' | 'table'>): string {
  return `${schema}.${table}`;
}

/** The name of a table for SQL. */
export function sqlOf({ schema, table }: Pick<CatalogTable, 'schema' | 'table'>): string {
  return quoteTable(table, schema);
}

/** The columns of the primary key, or an empty list. */
export function keyOf(table: CatalogTable): readonly string[] {
  return table.constraints.find(({ kind }) => kind === 'p')?.columns ?? [];
}

/** Whether a valid unique index of exactly these columns covers every row, those of heirs too. */
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
