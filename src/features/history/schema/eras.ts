import { quoteText } from '../../../core/sql/quoting.js';
import type { HistoryTable } from './history-table.js';

/**
 * Notes from which change on a table is kept in this way, and which columns older images have under
 * another name, and what type of row its rows belong to. A renaming that was noted before is not noted again: a column that got the old name
 * since then is another one.
 */
export function beginEra(
  tableId: number,
  { keep, renamed = {} }: HistoryTable,
  parentType: number | null,
): string {
  const noted = `EXISTS (SELECT FROM jsonb_array_elements(coalesce(nullif(h.definition -> 'eras',
    'null'), '[]')) e WHERE e -> 'renamed' ->> r.key = r.value)`;
  return `UPDATE dual_id.history_tables h SET definition = h.definition || jsonb_build_object('eras',
      coalesce(nullif(h.definition -> 'eras', 'null'), '[]') || jsonb_build_array(jsonb_build_object(
        'after', (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM dual_id.change_ids)::text,
        'keep', ${quoteText(keep)}::text, 'parentType', ${parentType ?? 'NULL'}::integer,
        'renamed', (SELECT coalesce(jsonb_object_agg(r.key, r.value), '{}')
          FROM jsonb_each_text(${quoteText(JSON.stringify(renamed))}::jsonb) r WHERE NOT ${noted}))))
    WHERE h.table_id = ${tableId}`;
}
