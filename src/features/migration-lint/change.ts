/** What a statement or a call of QueryRunner does to the schema. */
export type SchemaChangeKind =
  | 'create-table'
  | 'new-column'
  | 'drop-table'
  | 'drop-schema'
  | 'rename-table'
  | 'rename-schema'
  | 'rename-column'
  | 'create-view'
  | 'add-column'
  | 'drop-column'
  | 'recreate-column'
  | 'change-type'
  | 'set-not-null'
  | 'add-not-null'
  | 'add-foreign-key'
  | 'add-check'
  | 'add-unique'
  | 'add-primary-key'
  | 'add-exclusion'
  | 'drop-constraint'
  | 'validate-constraint'
  | 'alter-table'
  | 'create-index'
  | 'drop-index'
  | 'reindex'
  | 'misspelt-concurrently'
  | 'refresh-view'
  | 'truncate'
  | 'rewrite-table'
  | 'attach-partition'
  | 'detach-partition'
  | 'disable-triggers'
  | 'create-trigger'
  | 'drop-trigger'
  | 'lock-table'
  | 'create-extension'
  | 'add-enum-value'
  | 'change-rows'
  | 'set-lock-timeout'
  | 'advisory-lock'
  | 'synchronize'
  | 'begin'
  | 'commit'
  | 'other'
  | 'unread';

/** What else is true of a change. */
export type Trait =
  | 'concurrently'
  | 'not-valid'
  | 'cascade'
  | 'if-not-exists'
  | 'using-index'
  | 'not-null'
  | 'default'
  | 'volatile-default'
  | 'stored'
  | 'unscanned'
  | 'local'
  | 'where'
  | 'primary-key'
  | 'batched';

/** The names in a change as they are written, with their quotes. */
export interface Names {
  readonly table?: string;
  readonly column?: string;
  /** Of the constraint, index or other thing that is made. */
  readonly name?: string;
  /** The new name of what is renamed. */
  readonly newName?: string;
  /** The kind of a constraint or an index: `UNIQUE INDEX`. */
  readonly what?: string;
  /** What a constraint or an index says after its name, or UPDATE after SET. */
  readonly definition?: string;
  /** The type of a new column, and what it is filled with. */
  readonly type?: string;
  readonly value?: string;
}

/** One change of a migration. */
export interface SchemaChange {
  readonly kind: SchemaChangeKind;
  /** Where it stands in the file. */
  readonly at: number;
  /** Where its statement begins, and the call that runs it. */
  readonly starts: readonly number[];
  readonly names: Names;
  /** The table by the name that PostgreSQL knows; equal for `orders` and `"public"."orders"`. */
  readonly table?: string;
  /** The new name of a table, in the same form. */
  readonly newTable?: string;
  readonly traits: ReadonlySet<Trait>;
  /** The type of a column, in lower case. */
  readonly type?: string;
  /** The strings in the statement. */
  readonly strings: readonly string[];
  /** What could not be read. */
  readonly unread?: string;
}

/** What is known of a change where it is read. */
export type ChangeParts = Partial<Omit<SchemaChange, 'traits'>> & {
  readonly traits?: readonly (Trait | undefined | false)[];
};

/** A change of these parts. */
export function schemaChange(
  kind: SchemaChangeKind,
  at: number,
  parts: ChangeParts = {},
): SchemaChange {
  const { traits = [], ...rest } = parts;
  const known = traits.filter((trait): trait is Trait => Boolean(trait));
  return { starts: [], names: {}, strings: [], ...rest, kind, at, traits: new Set(known) };
}

/** The same change with something else that is true of it. */
export function withTrait(change: SchemaChange, trait: Trait): SchemaChange {
  return { ...change, traits: new Set([...change.traits, trait]) };
}

/** The same change in a statement or call that begins there. */
export function startingAt(change: SchemaChange, at: number): SchemaChange {
  return { ...change, starts: [...change.starts, at] };
}
