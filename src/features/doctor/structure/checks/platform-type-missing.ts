import type { StructureCheck } from '../structure-check.js';
import { addDualIdCall } from '../structure-check.js';

/** The registry does not have the kind of entity, or has it as another kind. */
export const platformTypeMissing: StructureCheck = {
  code: 'platform_type_missing',
  finds: 'an entity whose platform type is not in the registry, or has another kind of key there',
  fix: 'Call `addDualId` or `addGuidId` for the table in a migration.',
  find: async ({ model: { enrolled }, query }) => {
    const rows = await query<{ id: number; guid: boolean }>(
      'SELECT id, guid FROM dual_id.platform_types',
    );
    const known = new Map(rows.map(({ id, guid }) => [id, guid]));
    return enrolled.flatMap((one) => {
      const type = one.definition.type!;
      const found = known.get(type);
      if (found === (one.definition.kind === 'guid')) return [];
      const problem =
        found === undefined
          ? `the platform type ${type} is not in dual_id.platform_types`
          : `the platform type ${type} is registered ${found ? 'with' : 'without'} uuids as its only keys`;
      return [{ place: one.name, problem, fix: addDualIdCall(one) }];
    });
  },
};
