import type { RowSource } from './row-source.js';
import type { IdTable } from './data-model.js';
import { sourceOf } from './row-source.js';

/** The rows of an enrolled table, `r`, each with the passport of its public id, `p`. */
export function withPassports({ table, quoted, entity }: IdTable): RowSource {
  const source = sourceOf(table);
  const [key] = entity.primaryColumns;
  const type = quoted.id === undefined ? 'uuid' : 'bigint';
  return {
    table: source.table,
    // The search must work without the primary key too, because its loss causes wrong rows.
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

/** The trigger that keeps the ids of passports from changing. */
export const passportGuard = { table: 'dual_id.passports', trigger: 'passports_immutable' };
