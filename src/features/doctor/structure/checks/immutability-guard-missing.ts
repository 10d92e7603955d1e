import { constraintName } from '../../../../core/schema/names.js';
import type { CatalogTrigger } from '../../catalog/catalog.js';
import type { StructureCheck } from '../structure-check.js';
import { addDualIdCall } from '../structure-check.js';

/** Ids of the table can be changed by whoever writes to it. */
export const immutabilityGuardMissing: StructureCheck = {
  code: 'immutability_guard_missing',
  finds: 'a table without the trigger that refuses a change of its ids and type',
  cure: 'Call `addDualId` for the table in a migration.',
  find: ({ model: { idTables } }) =>
    idTables.flatMap((one) => {
      const { spec, definition, table, name } = one;
      const { id, uuid } = definition.columns;
      const guard = table.triggers.find((t) => t.name === constraintName(spec.table, 'immutable'));
      const ids = { dual: [id, uuid], guid: [uuid], reference: [id] }[definition.kind];
      const columns = definition.type === undefined ? ids : [...ids, 'platform_type_id'];
      const open = columns.filter((column) => !guards(guard, column));
      if (open.length === 0) return [];
      const problem = `nothing refuses a change of ${open.join(', ')}`;
      return [{ place: name, problem, cure: addDualIdCall(one) }];
    }),
};

function guards(trigger: CatalogTrigger | undefined, column: string): boolean {
  return (
    trigger?.functionName === 'dual_id.refuse_identity_change' && trigger.columns.includes(column)
  );
}
