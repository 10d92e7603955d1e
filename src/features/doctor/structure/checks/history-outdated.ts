import type { CatalogTable } from '../../catalog/catalog.js';
import { tableKeyOf } from '../../catalog/catalog.js';
import type { LoggedRows } from '../../data/logged-rows.js';
import { addHistoryCall } from '../../data/logged-rows.js';
import type { StructureCheck } from '../structure-check.js';

/** The triggers name columns: with another key they fail, or log what should be left out. */
export const historyOutdated: StructureCheck = {
  code: 'history_outdated',
  finds: 'a table of the history with another key, or without a column that `addHistory` named',
  fix: 'Call `addHistory` for the table in a migration, with the columns that it has.',
  find: ({ model: { logged } }) =>
    logged.flatMap((one) => {
      const problems = one.table ? outdatedParts(one, one.table) : [];
      if (problems.length === 0) return [];
      const fix = `In a migration for ${one.name}, with the columns that it has: ${addHistoryCall(one.definition)}`;
      return [{ place: one.name, problem: problems.join('; '), fix }];
    }),
};

function outdatedParts({ recordColumns, definition }: LoggedRows, table: CatalogTable): string[] {
  const key = tableKeyOf(table).join(', ');
  const known = recordColumns.join(', ');
  const { ignore = [], redact = [], tenant = [] } = definition;
  const gone = [...ignore, ...redact, tenant]
    .flat()
    .filter((name) => !table.columns.some((column) => column.name === name));
  return [
    ...(key === known ? [] : [`the key is (${key}), the log names rows by (${known})`]),
    ...(gone.length === 0 ? [] : [`there is no column ${gone.join(', ')}`]),
  ];
}
