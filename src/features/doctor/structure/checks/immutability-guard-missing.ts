import { idGuard } from '../../../../core/schema/identity-guard.js';
import { constraintName } from '../../../../core/sql/constraint-name.js';
import type { CatalogTrigger } from '../../catalog/catalog.js';
import type { StructureCheck } from '../structure-check.js';
import { addDualIdCall } from '../structure-check.js';

/** The table's ids can be changed by anyone who may write to it. */
export const immutabilityGuardMissing: StructureCheck = {
  code: 'immutability_guard_missing',
  finds: 'a table without the triggers that refuse a change of its ids and type',
  fix: 'Call `addDualId` for the table in a migration.',
  find: ({ model: { idTables } }) =>
    idTables.flatMap((one) => {
      const { spec, definition, table, name } = one;
      const { id, uuid } = definition.columns;
      const named = (suffix: string) =>
        table.triggers.find((trigger) => trigger.name === constraintName(spec.table, suffix));
      const [early, late] = [named(idGuard.early), named(idGuard.late)];
      const ids = { dual: [id, uuid], guid: [uuid], reference: [id] }[definition.kind];
      const columns = definition.type === undefined ? ids : [...ids, 'platform_type_id'];
      const open = columns.filter((column) => !guards(early, column));
      const problems = [
        ...(open.length > 0 ? [`nothing refuses a change of ${open.join(', ')}`] : []),
        ...(seesEverything(late) ? [] : ['nothing catches a BEFORE trigger that changes its ids']),
      ];
      if (problems.length === 0) return [];
      return [{ place: name, problem: problems.join('; '), fix: addDualIdCall(one) }];
    }),
};

/** Whether it runs for every update, whichever columns the statement names. */
function seesEverything(trigger: CatalogTrigger | undefined): boolean {
  return trigger?.functionName === 'dual_id.refuse_identity_change' && trigger.columns.length === 0;
}

function guards(trigger: CatalogTrigger | undefined, column: string): boolean {
  return (
    trigger?.functionName === 'dual_id.refuse_identity_change' && trigger.columns.includes(column)
  );
}
