import type { TablePlace } from '../plan/conversion-plan.js';

/** A column as the catalog knows it. */
export interface FoundColumn {
  readonly name: string;
  /** As `format_type` writes it. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly default: string | null;
  readonly identity: string;
  readonly isGenerated: boolean;
}

/** An index of a table. */
export interface FoundIndex {
  readonly name: string;
  readonly isUnique: boolean;
  readonly isValid: boolean;
  /** `p` for a primary key, `u` for a unique constraint, or null. */
  readonly constraint: string | null;
  readonly isDeferrable: boolean;
  /** It stands for an exclusion constraint, or a key of periods. */
  readonly isExclusion: boolean;
  readonly isReplicaIdentity: boolean;
  /** The columns of its key, without those that it only includes. */
  readonly columns: readonly string[];
  /** Its expressions and its condition, each as SQL. */
  readonly expressions: readonly string[];
  /** Columns of its key with operators or a collation that they do not have by default. */
  readonly ownOperators: readonly string[];
  /** What follows `USING`. */
  readonly definition: string;
  /** Foreign keys of other tables rest on it. */
  readonly isReferenced: boolean;
}

/** A foreign key that refers to a table. */
export interface FoundReference {
  readonly name: string;
  readonly table: TablePlace;
  readonly columns: readonly string[];
  readonly referenced: readonly string[];
  readonly definition: string;
  readonly isValid: boolean;
  readonly deleteAction: string;
  readonly updateAction: string;
  readonly isPartition: boolean;
}

/** A foreign key of a table's own. */
export interface FoundForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly target: TablePlace;
}

/** Something that stands in the way of a change of a column or of a key. */
export interface FoundDependent {
  /** As PostgreSQL describes it: `view order_list`. */
  readonly what: string;
  /** The column it uses, or null where it rests on the primary key. */
  readonly column: string | null;
}

/** A trigger of the application's. */
export interface FoundTrigger {
  readonly name: string;
  /** The schema of its function. */
  readonly functionSchema: string;
  readonly function: string;
  readonly firesOnUpdate: boolean;
  /** It changes rows after the triggers of a conversion have seen them. */
  readonly comesLast: boolean;
  /** Its function writes all columns somewhere, as `INSERT INTO log SELECT NEW.*`. */
  readonly copiesRows: boolean;
  /** Columns that the text of its function reads or sets, as `NEW.shop_id`. */
  readonly columns: readonly string[];
}

/** A table as the catalog knows it. */
export interface FoundTable {
  readonly table: TablePlace;
  /** `r` a table, `p` a partitioned one, `v` a view. */
  readonly kind: string;
  readonly isPartition: boolean;
  readonly hasChildren: boolean;
  readonly isTemporary: boolean;
  /** Made of a composite type, whose columns it has. */
  readonly isTyped: boolean;
  readonly isOwned: boolean;
  /** Whether this role may make indexes in its schema, and a schema in the database. */
  readonly mayCreate: { readonly inSchema: boolean; readonly inDatabase: boolean };
  readonly isForced: boolean;
  readonly replicaIdentity: string;
  readonly rows: number;
  /** With its indexes, and without them. */
  readonly bytes: number;
  readonly heapBytes: number;
  readonly columns: readonly FoundColumn[];
  readonly indexes: readonly FoundIndex[];
  readonly references: readonly FoundReference[];
  readonly foreignKeys: readonly FoundForeignKey[];
  /** Rules that replace an update. */
  readonly updateRules: readonly string[];
  readonly dependents: readonly FoundDependent[];
  readonly triggers: readonly FoundTrigger[];
  readonly publications: readonly string[];
  /** Those that publish updates of some columns or rows only. */
  readonly narrowPublications: readonly string[];
  /** Functions that name the table in their text, where the catalog sees no further. */
  readonly functions: readonly string[];
  /** Roles with rights on single columns. */
  readonly columnGrants: readonly string[];
}
