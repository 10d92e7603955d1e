import type { DataCheck } from '../data-check.js';

/** A table that lacks what its entity is known by, so that its rows cannot be checked. */
export const tableIncomplete: DataCheck = {
  code: 'table_incomplete',
  finds: 'a table that is not there, or lacks a column its rows are known by',
  cure: 'Run `dual-id migrate`, and `dual-id doctor` for what is missing.',
  probesOf: ({ incomplete }) =>
    incomplete.map(({ name, lacks }) => ({
      place: name,
      source: {
        table: `(SELECT 1 AS place)`,
        key: [{ name: 'place', type: 'integer' }],
        joins: '',
        isVirtual: true,
      },
      wrong: 'true',
      facts: [],
      says: () => `the rows cannot be checked: there is no ${lacks}`,
    })),
};
