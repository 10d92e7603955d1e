import { tableKeyOf } from '../../catalog/catalog.js';
import type { StructureCheck } from '../structure-check.js';
import { addDualIdCall } from '../structure-check.js';

/** Without its primary key, a table may have two rows with the same internal id. */
export const primaryKeyMissing: StructureCheck = {
  code: 'primary_key_missing',
  finds: 'a table whose primary key is not the one its entity declares',
  fix: 'Call `addDualId` for the table in a migration, after `dual-id doctor --data` finds no duplicates.',
  find: ({ model: { idTables } }) =>
    idTables.flatMap((one) => {
      const wanted = one.entity.primaryColumns.map(({ databaseName }) => databaseName);
      const found = tableKeyOf(one.table);
      if (wanted.join() === found.join()) return [];
      const problem = `the primary key is (${found.join(', ')}), not (${wanted.join(', ')})`;
      return [{ place: one.name, problem, fix: addDualIdCall(one) }];
    }),
};
