import { passportValues } from '../../../core/schema/passport-values.js';
import { quoteIdentifier, quoteTable } from '../../../core/sql/quoting.js';
import type { RowsToEnroll } from './rows-to-enroll.js';

/**
 * The statement that enrolls some rows: it locks those that name no passport, creates their records
 * and links them. Rows that another run links meanwhile are left alone once it has committed.
 */
export function enrollBatch(
  rows: RowsToEnroll,
  type: number,
  hasUuid: boolean,
): (batch: string) => string {
  const { table, schema, namedBy = [], masterColumn = 'master_id' } = rows;
  const { key = 'id', uuidColumn = 'master_uuid' } = rows;
  const [name, own] = [quoteTable(table, schema), quoteIdentifier(key)];
  const [master, uuid] = [quoteIdentifier(masterColumn), quoteIdentifier(uuidColumn)];
  const named = passportValues({ table, namedBy }, 't').name;
  const link = `${master} = m.id${hasUuid ? `, ${uuid} = m.uuid` : ''}`;
  return (batch) => `WITH open_rows AS MATERIALIZED (
      SELECT t.${own} AS key, gen_random_uuid() AS uuid, nullif(${named}, '') AS name
      FROM ${name} t WHERE t.${master} IS NULL AND ${batch} FOR NO KEY UPDATE),
    made AS MATERIALIZED (
      SELECT p.id, p.uuid
      FROM (SELECT array_agg(o.uuid) AS uuids, array_agg(${type}::smallint) AS kinds,
          array_agg(o.name) AS names, array_agg(NULL::text) AS descriptions
        FROM open_rows o HAVING count(*) > 0) a
      CROSS JOIN LATERAL dual_id.create_records(a.uuids, a.kinds, a.names, a.descriptions) p)
    UPDATE ${name} t SET ${link}
    FROM open_rows o JOIN made m ON m.uuid = o.uuid WHERE t.${own} = o.key`;
}
