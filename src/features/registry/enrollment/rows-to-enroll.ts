/** Rows of a service table, some of which name no passport. */
export interface RowsToEnroll {
  readonly table: string;
  readonly schema?: string;
  /** The kind of records that a migration added with `addRecordType`. */
  readonly type: string;
  /** Columns whose values name the record, joined with a space. */
  readonly namedBy?: readonly string[];
  /** A unique column with an index, in whose order the batches go. Default `id`. */
  readonly key?: string;
  /** The column of the passport's internal id. Default `master_id`. */
  readonly masterColumn?: string;
  /** The column of the passport's public id, if there is one. Default `master_uuid`. */
  readonly uuidColumn?: string;
  /** Rows per batch. Default 2,000. */
  readonly size?: number;
}
