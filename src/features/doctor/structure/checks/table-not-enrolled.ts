import { constraintName } from '../../../../core/sql/constraint-name.js';
import type { StructureCheck } from '../structure-check.js';
import { addDualIdCall } from '../structure-check.js';

/** Rows of the table get no passports, or keep them when they are deleted. */
export const tableNotEnrolled: StructureCheck = {
  code: 'table_not_enrolled',
  finds: 'an entity with a platform type whose table lacks an enrolment trigger',
  fix: 'Call `addDualId` for the table in a migration; then run `dual-id doctor --data`.',
  find: ({ model: { enrolled } }) =>
    enrolled.flatMap((one) => {
      const { spec, table, name } = one;
      const standing = new Set(table.triggers.map((trigger) => trigger.name));
      const lost = ['enrol', 'entomb', 'clear']
        .map((suffix) => constraintName(spec.table, suffix))
        .filter((trigger) => !standing.has(trigger));
      if (lost.length === 0) return [];
      const problem = `the registry does not follow its rows: no trigger ${lost.join(', ')}`;
      return [{ place: name, problem, fix: addDualIdCall(one) }];
    }),
};
