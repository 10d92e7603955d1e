/** Which changes of a record are read. */
export interface Wanted {
  /** A condition on the change `c`. */
  readonly where: string;
  readonly direction: 'ASC' | 'DESC';
  readonly limit: string;
}

/**
 * SQL of the changes of the record `r.id` in the table `t`, in the order of their numbers. A
 * statement that emptied the table is one of every record, and so is a batch that may have changed
 * the row; both count only for a record that stood then.
 */
export function recordChanges({ where, direction, limit }: Wanted): string {
  const order = `ORDER BY change_id ${direction} LIMIT ${limit}`;
  const own = `c.table_id = t.table_id AND c.record_id = r.id AND c.operation <> 'B'`;
  const standing = `(SELECT b.operation FROM dual_id.changes b WHERE b.table_id = t.table_id
    AND b.record_id = r.id AND b.operation <> 'B' AND b.change_id < c.change_id
    ORDER BY b.change_id DESC LIMIT 1) <> 'D'`;
  const mayConcernSql = `c.operation = 'T' OR (c.record_key ->> 'operation' <> 'INSERT'
    AND r.id BETWEEN c.record_id AND (c.record_key ->> 'last')::bigint)`;
  return `((SELECT c.* FROM dual_id.changes c WHERE ${own} AND ${where} ${order})
    UNION ALL (SELECT c.* FROM dual_id.changes c WHERE c.table_id = t.table_id
      AND c.operation IN ('B', 'T') AND (${mayConcernSql}) AND ${standing} AND ${where} ${order})
    ${order})`;
}
