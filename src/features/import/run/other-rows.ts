import { idColumnOf } from '../plan/entry-columns.js';
import type { OtherRows } from '../plan/imported-ids.js';
import { countedIds } from '../plan/imported-ids.js';
import type { PlannedFiles } from '../source/source-files.js';

/** The note before an import begins on tables that hold rows of others. */
export function noteOnOtherRows(others: readonly OtherRows[], rejects: string): string | undefined {
  const there = others.filter(({ rows }) => rows > 0);
  if (there.length === 0) return undefined;
  const tables = there.map(
    ({ table, rows }) => `${table} (${rows === countedIds ? `${rows} or more` : rows})`,
  );
  return (
    `There are rows that no import brought in ${tables.join(', ')}. A row of a file that has the id ` +
    'of one and differs from it, or has a unique value of one, is rejected, and so is what refers ' +
    `to it. Rejected rows go to ${rejects}.`
  );
}

/** The columns that keep the historical ids of tables that files of this import fill. */
export function idColumnsOf(planned: readonly PlannedFiles[]): Map<string, string> {
  return new Map(
    planned.flatMap(({ entry, files }) => {
      const id = idColumnOf(entry);
      return id === undefined || files.length === 0 ? [] : [[entry.table, id] as const];
    }),
  );
}
