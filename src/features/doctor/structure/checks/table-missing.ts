import { conversionFix } from '../conversion-fix.js';
import type { StructureCheck } from '../structure-check.js';

/** A table or id column of an entity does not exist. */
export const tableMissing: StructureCheck = {
  code: 'table_missing',
  finds: 'an entity whose table, or one of its id columns, is not in the database',
  fix: 'Run `dual-id migrate`; if no migration creates it, write one that calls `addDualId`.',
  find: ({ model: { incomplete, catalog } }) =>
    incomplete.map(({ entity, name, lacks }) => {
      const table = catalog.find(entity.tableName, entity.schema);
      const fix = table && conversionFix(entity, table, catalog);
      return {
        place: name,
        problem: `there is no ${lacks}`,
        ...(fix === undefined ? {} : { fix }),
      };
    }),
};
