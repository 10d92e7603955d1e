/**
 * What a conversion does to a table:
 *
 * - `add-uuid`: a table with an integer key gets a uuid; a narrow key becomes a bigint at the end.
 * - `add-bigint`: a table with a uuid key gets a bigint key, and foreign keys follow it.
 * - `uuid-key`: a table with an integer key gets a UUIDv7 key, and foreign keys follow it.
 * - `add-master-uuid`: a service table with `master_id` gets `master_uuid` from its registry.
 */
export type ConversionKind = 'add-uuid' | 'add-bigint' | 'uuid-key' | 'add-master-uuid';

/** A table by its schema and name. */
export interface TablePlace {
  readonly schema: string;
  readonly name: string;
}

/** A column, with its type as PostgreSQL writes it. */
export interface PlannedColumn {
  readonly name: string;
  readonly type: string;
}

/** An index that is rebuilt with the new column instead of the old one. */
export interface PlannedIndex {
  readonly name: string;
  /** Its name beside the old one, and after the contract. */
  readonly newName: string;
  readonly finalName: string;
  /** What follows the table: `USING btree (user_uuid, created_at) WHERE ...`. */
  readonly on: string;
  readonly isUnique: boolean;
  /** What the old index stands for, and the new one will: a primary key or a unique constraint. */
  readonly constraint: 'primary' | 'unique' | null;
}

/** A foreign key to the key that is converted; its column gets a twin. */
export interface PlannedReference {
  readonly table: TablePlace;
  readonly constraint: string;
  /** The constraint as PostgreSQL writes it, without NOT VALID; null where there is none. */
  readonly definition: string | null;
  readonly column: PlannedColumn;
  readonly isRequired: boolean;
  readonly twin: PlannedColumn;
  readonly newConstraint: string;
  /** What follows the referenced column: ` ON DELETE CASCADE DEFERRABLE`. */
  readonly actions: string;
  readonly indexes: readonly PlannedIndex[];
}

/** How the new column of the converted table gets its values. */
export type ValueSource = 'random-uuid' | 'time-uuid' | 'creation-order' | 'registry';

/** A column that takes the place of one of another type at the end: `id bigint` for `id integer`. */
export interface PlannedRetyping {
  readonly column: PlannedColumn;
  readonly twin: PlannedColumn;
  readonly indexes: readonly PlannedIndex[];
}

/** A column that the conversion adds to the table. */
export interface PlannedNewColumn extends PlannedColumn {
  readonly value: ValueSource;
  /** The column of the time at which a row was made, if there is one. */
  readonly createdAt: PlannedColumn | null;
}

/** Something the reader of a plan has to know. */
export interface PlanNote {
  /**
   * `refused`: the conversion does not start. `before-contract`: it starts, and the contract waits
   * until this is gone. `note`: what happens, or what only the reader can judge.
   */
  readonly kind: 'refused' | 'before-contract' | 'note';
  readonly text: string;
}

/** How large a table is, as far as the catalog knows. */
export interface TableSize {
  readonly table: TablePlace;
  readonly rows: number;
  /** With its indexes, and without them. */
  readonly bytes: number;
  readonly heapBytes: number;
  readonly indexes: number;
}

/** How PostgreSQL calls the locks that a conversion takes of tables. */
export type LockMode =
  | 'ACCESS SHARE'
  | 'ROW SHARE'
  | 'ROW EXCLUSIVE'
  | 'SHARE UPDATE EXCLUSIVE'
  | 'SHARE ROW EXCLUSIVE'
  | 'ACCESS EXCLUSIVE';

/** A lock of a table. */
export interface PlannedLock {
  readonly table: TablePlace;
  readonly mode: LockMode;
}

/** What one step does to others. */
export interface StepImpact {
  readonly step: string;
  readonly phase: string;
  /** The strongest lock of each table. `ACCESS EXCLUSIVE` keeps readers out, too. */
  readonly locks: readonly PlannedLock[];
  /** `moment`: as long whatever the size of the tables. `grows`: with their rows. */
  readonly time: 'moment' | 'grows';
}

/** What a conversion will cost, as far as the catalog tells. Estimates, not limits. */
export interface ConversionImpact {
  readonly steps: readonly StepImpact[];
  /** Rows that backfills change, those of every table. */
  readonly rows: number;
  /** Bytes of the tables with their indexes, now. */
  readonly bytes: number;
  /** Bytes of disk that the tables grow by, and that new indexes take. */
  readonly tableGrowth: number;
  readonly indexGrowth: number;
  readonly wal: number;
  /** Minutes of all steps that grow with the rows, at the rate that was assumed. */
  readonly minutes: number;
  readonly rowsPerSecond: number;
  /** What nobody can tell from a connection, and statements that will not work as before. */
  readonly unknown: readonly string[];
  readonly statements: readonly string[];
}

/** A conversion as it is planned once; every step follows from it. */
export interface ConversionPlan {
  readonly format: 1;
  readonly kind: ConversionKind;
  /** The table that is converted. */
  readonly subject: TablePlace;
  /** The table with both ids: the one that is converted, or the registry of `add-master-uuid`. */
  readonly table: TablePlace;
  /** Its key of now. */
  readonly key: PlannedColumn & { readonly constraint: string };
  readonly added: PlannedNewColumn;
  /** The constraints of the new column, and of the old key once it is no longer the primary one. */
  readonly names: { readonly newKey: string; readonly oldKey: string };
  readonly references: readonly PlannedReference[];
  /** A key of the wrong type, which a twin replaces at the contract. */
  readonly retyping: PlannedRetyping | null;
  readonly sizes: readonly TableSize[];
  /** Tells the catalog that the plan was made from from another one. */
  readonly mark: string;
  readonly impact: ConversionImpact;
  readonly notes: readonly PlanNote[];
}
