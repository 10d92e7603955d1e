import type { DataCheck } from '../data-check.js';

/** A table without the columns that identify its rows, so that they cannot be checked. */
export const tableIncomplete: DataCheck = {
  code: 'table_incomplete',
  finds: 'a table that does not exist, or lacks a column that identifies its rows',
  fix: 'Run `dual-id migrate`, and `dual-id doctor` to see what is missing.',
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
      message: () => `the rows cannot be checked: there is no ${lacks}`,
    })),
};
