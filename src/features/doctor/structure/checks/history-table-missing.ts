import { quoteText } from '../../../../core/sql/quoting.js';
import { captureTriggers } from '../../../history/schema/capture.js';
import type { TableName } from '../../../history/feed/logged-tables.js';
import type { LoggedRows } from '../../data/logged-rows.js';
import { addHistoryCall } from '../../data/logged-rows.js';
import type { RunQuery } from '../../query.js';
import type { Fault, StructureCheck } from '../structure-check.js';

/** The log names tables, so that a table with a new name is logged under its old one. */
export const historyTableMissing: StructureCheck = {
  code: 'history_table_missing',
  finds: 'a table of the history that was dropped or renamed',
  fix: 'Enter its new name in `dual_id.history_tables` and call `addHistory` in a migration, or set `detached_at` if it was dropped.',
  find: async ({ model: { logged }, query }) => {
    const faults: Fault[] = [];
    for (const one of logged) {
      if (one.table) continue;
      const now = await presentName(one, query);
      faults.push(now === undefined ? droppedTable(one) : renamedTable(one, now));
    }
    return faults;
  },
};

interface PresentTable extends TableName {
  readonly isOnPath: boolean;
}

/** Triggers and their functions stay with a table that is renamed. */
async function presentName(
  { definition }: LoggedRows,
  query: RunQuery,
): Promise<PresentTable | undefined> {
  const functions = captureTriggers(definition).map((one) => quoteText(one.function));
  const [found] = await query<PresentTable>(
    `SELECT n.nspname AS schema, c.relname AS table, n.nspname = current_schema() AS "isOnPath"
     FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
     JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE g.tgfoid IN (SELECT to_regprocedure(f) FROM unnest(ARRAY[${functions.join(', ')}]) f)
     LIMIT 1`,
  );
  return found;
}

function droppedTable({ tableId, name }: LoggedRows): Fault {
  return {
    place: name,
    problem: 'the table does not exist',
    fix: `If it was dropped for good: UPDATE dual_id.history_tables SET detached_at = now() WHERE table_id = ${tableId}.`,
  };
}

function renamedTable({ tableId, name, definition }: LoggedRows, now: PresentTable): Fault {
  const functions = captureTriggers(definition).map((one) => one.function.replace(/\(\)$/, ''));
  const { table, schema } = now;
  const { schema: _schema, ...rest } = definition;
  const call = addHistoryCall({ ...rest, table, ...(now.isOnPath ? {} : { schema }) });
  return {
    place: name,
    problem: `the table is now called ${now.isOnPath ? table : `${schema}.${table}`}, and logged under its old name`,
    fix: `In a migration: UPDATE dual_id.history_tables SET schema_name = ${quoteText(schema)}, table_name = ${quoteText(table)} WHERE table_id = ${tableId}; DROP FUNCTION ${functions.join(', ')} CASCADE; then ${call}`,
  };
}
