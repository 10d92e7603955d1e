/** How the text of a field is read. Ranges of the table's own column types always apply. */
export type FieldType =
  /** The row's own historical id: kept as the internal id, below the entry's `startWith`. */
  | { readonly type: 'id' }
  /**
   * The public id that the row has already, and keeps: a UUID of one of `acceptUuidVersions`, which
   * are those of the entity and 4 unless named. A row whose public id is taken is rejected.
   */
  | { readonly type: 'publicId'; readonly acceptUuidVersions?: readonly number[] }
  /** The historical internal id of a row of another table, `id` unless `toColumn` says otherwise. */
  | { readonly type: 'reference'; readonly to: string; readonly toColumn?: string }
  /** The public id of a row of another table, whose internal id the column keeps. */
  | {
      readonly type: 'publicReference';
      readonly to: string;
      /** The other table's columns, `uuid` and `id` unless named. */
      readonly publicColumn?: string;
      readonly toColumn?: string;
    }
  /** Values in braces, as PostgreSQL writes them: `{red,"dark green"}`. */
  | { readonly type: 'array'; readonly of: ElementType }
  | ElementType;

/** How a value is read that may be an element of an array as well. */
export type ElementType =
  | { readonly type: 'text' }
  /** A whole number; a fraction of zeros, as in `14.0`, is one too. */
  | { readonly type: 'integer'; readonly min?: number; readonly max?: number }
  | { readonly type: 'numeric'; readonly min?: number; readonly max?: number }
  /** 1, true, t, yes, y or on; 0, false, f, no, n or off; in any case. */
  | { readonly type: 'boolean' }
  /** ISO 8601, such as `2016-08-29 22:55:00+00:00`; without an offset it is UTC. */
  | { readonly type: 'timestamptz' }
  /** A day of ISO 8601, such as `2016-08-29`. */
  | { readonly type: 'date' }
  /** A time of day of ISO 8601, such as `22:55` or `22:55:00.5`. */
  | { readonly type: 'time' }
  /** The same with an offset, such as `22:55+02:00`; without one it is UTC. */
  | { readonly type: 'timetz' }
  /** A UUID of any version that means nothing to the database, in groups of 8, 4, 4, 4 and 12. */
  | { readonly type: 'uuid' }
  /** JSON, for a column of either type. */
  | { readonly type: 'json' }
  | { readonly type: 'jsonb' }
  /** One of the values, by default those of the column's enum type. */
  | { readonly type: 'enum'; readonly values?: readonly string[] };
