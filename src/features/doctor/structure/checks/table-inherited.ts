import type { StructureCheck } from '../structure-check.js';

/**
 * Keys and triggers are not inherited: the rows of an inheriting table appear in the table
 * unguarded.
 */
export const tableInherited: StructureCheck = {
  code: 'table_inherited',
  finds: 'a table with ids that others inherit by INHERITS, whose rows are not guarded',
  fix: 'Detach the heir from the table: ALTER TABLE <heir> NO INHERIT <table>, and call `addDualId` for it with a type of its own; then run `dual-id doctor --data`.',
  find: ({ model: { idTables } }) =>
    idTables.flatMap(({ table, name }) => {
      if (table.heirs.length === 0) return [];
      const problem = `its keys and triggers do not apply to the rows of ${table.heirs.join(', ')}`;
      const steps = table.heirs.map((heir) => `ALTER TABLE ${heir} NO INHERIT ${name}`);
      const fix = `${steps.join('; ')}; give each its own type with addDualId, then run \`dual-id doctor --data\`.`;
      return [{ place: name, problem, fix }];
    }),
};
