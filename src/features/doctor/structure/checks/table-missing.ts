import type { StructureCheck } from '../structure-check.js';

/** A table or column that entities are known by is not there. */
export const tableMissing: StructureCheck = {
  code: 'table_missing',
  finds: 'an entity whose table, or a column of its ids, is not in the database',
  cure: 'Run `dual-id migrate`; where no migration makes it, write one that calls `addDualId`.',
  find: ({ model: { incomplete } }) =>
    incomplete.map(({ name, lacks }) => ({ place: name, problem: `there is no ${lacks}` })),
};
