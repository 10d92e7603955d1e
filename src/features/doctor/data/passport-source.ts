import type { RowSource } from './data-check.js';
import type { IdTable } from './data-model.js';
import { sourceOf } from './data-model.js';

/** The rows of an enrolled table, `r`, each beside the passport of its public id, `p`. */
export function withPassports({ table, quoted, entity }: IdTable): RowSource {
  const source = sourceOf(table);
  const [key] = entity.primaryColumns;
  const type = quoted.id === undefined ? 'uuid' : 'bigint';
  return {
    table: source.table,
    // A dropped primary key must not stop the search for what came of it.
    key: [{ name: key!.databaseName, type }],
    joins: `LEFT JOIN dual_id.passports p ON p.uuid = r.${quoted.uuid}`,
    lockJoined: (rows) => `SELECT 1 FROM dual_id.passports p
      WHERE p.uuid IN (SELECT r.${quoted.uuid} ${rows}) FOR NO KEY UPDATE`,
  };
}

/** The rows of the registry. */
export const passports: RowSource = {
  table: 'dual_id.passports',
  key: [{ name: 'id', type: 'bigint' }],
};

/** The trigger that keeps the ids of passports as they are. */
export const passportGuard = { table: 'dual_id.passports', trigger: 'passports_immutable' };
