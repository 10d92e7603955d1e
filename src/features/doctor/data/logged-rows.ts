import type { HistoryTable } from '../../history/schema/history-table.js';
import type { RecordKey } from '../../history/schema/record-key.js';
import { recordKeyOf } from '../../history/schema/record-key.js';
import { readTableFacts } from '../../history/schema/table-facts.js';
import type { Catalog, CatalogTable } from '../catalog/catalog.js';
import type { RunQuery } from '../query.js';

/** A table that the history logs, as the log knows it and as it is. */
export interface LoggedRows {
  readonly tableId: number;
  /** The display name. */
  readonly name: string;
  /** What was last said of it to `addHistory`, with its schema. */
  readonly spec: HistoryTable & { readonly schema: string };
  /** The same, as it was said. */
  readonly definition: HistoryTable;
  /** The key by which the log names its rows. */
  readonly recordColumns: readonly string[];
  /** The table of that name; undefined where there is none. */
  readonly table: CatalogTable | undefined;
  /** How the log names a row; undefined where the table's key no longer allows it. */
  readonly record: RecordKey | undefined;
}

interface LoggedTableRow extends Pick<LoggedRows, 'tableId' | 'definition' | 'recordColumns'> {
  readonly schema: string;
  readonly table: string;
}

/** Reads which tables are logged; none where the history is not installed. */
export async function readLoggedRows(
  query: RunQuery,
  catalog: Catalog,
): Promise<readonly LoggedRows[]> {
  if (!catalog.find('history_tables', 'dual_id')) return [];
  const entries = await query<LoggedTableRow>(
    `SELECT table_id AS "tableId", schema_name AS schema, table_name AS table, definition - 'eras' AS definition,
       record_columns AS "recordColumns"
     FROM dual_id.history_tables WHERE detached_at IS NULL ORDER BY table_id`,
  );
  const logged: LoggedRows[] = [];
  for (const { schema, table: name, ...entry } of entries) {
    const spec = { ...entry.definition, schema, table: name };
    logged.push({
      ...entry,
      name: catalog.nameOf(spec),
      spec,
      table: catalog.find(name, schema),
      record: await readRecordKey(spec, query),
    });
  }
  return logged;
}

async function readRecordKey(spec: HistoryTable, query: RunQuery): Promise<RecordKey | undefined> {
  const facts = await readTableFacts({ query: (sql) => query(sql) }, spec);
  if (facts === undefined) return undefined;
  try {
    return recordKeyOf(spec, facts);
  } catch {
    // The doctor of the structure says what became of the key.
    return undefined;
  }
}

/** The call that logs a table, as a migration would write it. */
export function addHistoryCall(definition: HistoryTable): string {
  const { table, schema, ...rest } = definition;
  const ordered = { table, ...(schema === undefined ? {} : { schema }), ...rest };
  return `addHistory(runner, ${literal(ordered)})`;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return `'${String(value)}'`;
  const parts = Object.entries(value).map(([name, one]) => `${name}: ${literal(one)}`);
  return `{ ${parts.join(', ')} }`;
}
