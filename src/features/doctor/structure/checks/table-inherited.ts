import type { StructureCheck } from '../structure-check.js';

/** Keys and triggers are not inherited: a heir's rows show in the table, and nothing guards them. */
export const tableInherited: StructureCheck = {
  code: 'table_inherited',
  finds:
    'a table with ids from which others inherit by INHERITS, and with them rows without guards',
  cure: 'Take the heir away from the table: ALTER TABLE <heir> NO INHERIT <table>, and call `addDualId` for it with a type of its own; then run `dual-id doctor --data`.',
  find: ({ model: { idTables } }) =>
    idTables.flatMap(({ table, name }) => {
      if (table.heirs.length === 0) return [];
      const problem = `its keys and triggers do not hold for the rows of ${table.heirs.join(', ')}`;
      const steps = table.heirs.map((heir) => `ALTER TABLE ${heir} NO INHERIT ${name}`);
      const cure = `${steps.join('; ')}; give each a type of its own with addDualId, then run \`dual-id doctor --data\`.`;
      return [{ place: name, problem, cure }];
    }),
};
