import type { IdTable } from '../../data/data-model.js';
import type { StructureCheck } from '../structure-check.js';
import { addDualIdCall } from '../structure-check.js';

/** Nothing keeps a row and its passport together. */
export const passportKeyMissing: StructureCheck = {
  code: 'passport_key_missing',
  finds: 'an enrolled table without the deferred composite key to its passports',
  fix: 'Drop the key if there is one, and call `addDualId` for the table in a migration.',
  find: ({ model: { enrolled } }) =>
    enrolled.flatMap((table) => {
      const problem = lackOf(table);
      return problem ? [{ place: table.name, problem, fix: addDualIdCall(table) }] : [];
    }),
};

function lackOf({ table, definition }: IdTable): string | undefined {
  const { id, uuid } = definition.columns;
  const wanted =
    definition.kind === 'guid'
      ? [`${uuid}=uuid`]
      : [`${uuid}=uuid`, 'platform_type_id=platform_type_id', `${id}=entity_id`];
  const key = table.constraints.find(({ target, columns, targetColumns }) => {
    const pairs = columns.map((column, at) => `${column}=${targetColumns[at]}`);
    return target === 'dual_id.passports' && pairs.toSorted().join() === wanted.toSorted().join();
  });
  if (!key) return `no foreign key leads from (${wanted.join(', ')}) to dual_id.passports`;
  if (key.isDeferrable && key.isDeferred) return undefined;
  return `the foreign key ${key.name} is not DEFERRABLE INITIALLY DEFERRED, so that inserts fail`;
}
