import { isUnique } from '../../catalog/catalog.js';
import type { StructureCheck } from '../structure-check.js';
import { addDualIdCall } from '../structure-check.js';

/** Without it, a public id may belong to two rows, and looking it up reads the whole table. */
export const uniqueIndexMissing: StructureCheck = {
  code: 'unique_index_missing',
  finds: 'a public id or slug without a valid unique index',
  fix: 'Call `addDualId` for the table in a migration, after `dual-id doctor --data` finds no duplicates.',
  find: ({ model: { idTables } }) =>
    idTables.flatMap((one) => {
      const { definition, table, name } = one;
      const column = definition.kind === 'reference' ? 'slug' : definition.columns.uuid;
      if (isUnique(table, [column])) return [];
      const problem = 'no valid unique index covers it';
      return [{ place: `${name}.${column}`, problem, fix: addDualIdCall(one) }];
    }),
};
