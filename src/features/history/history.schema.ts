import { problem } from '../../core/errors/problem.js';
import type { GrantOptions } from '../../core/schema/grants.js';
import { grantToAll, useSchema } from '../../core/schema/grants.js';
import { refuseConverting } from '../../core/schema/converting.js';
import type { SchemaRunner } from '../../core/schema/schema-runner.js';
import { runAll } from '../../core/schema/schema-runner.js';
import { quoteIdentifier, quoteTable, quoteText } from '../../core/sql/quoting.js';
import { captureDown, captureUp } from './schema/capture.js';
import { feedGrants } from './schema/feed-consumers.js';
import { beginEra } from './schema/eras.js';
import type { HistoryTable, LoggedTable } from './schema/history-table.js';
import { logDown, logUp } from './schema/log-tables.js';
import { recordKeyOf, unloggableTable } from './schema/record-key.js';
import type { TableFacts } from './schema/table-facts.js';
import { readTableFacts } from './schema/table-facts.js';

/**
 * Creates the log, with partitions for this month and the next three. Called once by a migration,
 * before the first `addHistory`.
 */
export async function installHistory(
  runner: SchemaRunner,
  options: GrantOptions = {},
): Promise<void> {
  await runAll(runner, logUp);
  await grantToAll(options, (role) => grantHistory(runner, role));
}

/**
 * Grants an application role what it needs: to read the log, to make partitions and to keep the
 * offsets of consumers.
 */
export async function grantHistory(runner: SchemaRunner, role: string): Promise<void> {
  const to = `TO ${quoteIdentifier(role)}`;
  await runAll(runner, [
    useSchema(role),
    `GRANT SELECT ON dual_id.changes, dual_id.change_log, dual_id.history_tables,
       dual_id.dropped_changes ${to}`,
    `GRANT EXECUTE ON FUNCTION dual_id.make_change_partitions(integer) ${to}`,
    ...feedGrants(to),
  ]);
}

/** Removes the log with everything in it. Tables must have been detached before. */
export async function uninstallHistory(runner: SchemaRunner): Promise<void> {
  await runAll(runner, logDown);
}

/**
 * Logs every change of a table from now on, whoever makes it: one row of `dual_id.changes` for each
 * row that is inserted, changed or deleted, under an integer record id. Called again, it replaces
 * what was said of the table before.
 *
 * @example
 * await addHistory(runner, { table: 'users', keep: 'rows', redact: ['password_hash'] });
 */
export async function addHistory(runner: SchemaRunner, spec: HistoryTable): Promise<void> {
  const facts = await readTableFacts(runner, spec);
  await refuseConverting(runner, spec);
  if (facts === undefined) {
    throw unloggableTable(spec, 'does not exist', 'Create it in a migration before this call.');
  }
  const record = recordKeyOf(spec, facts);
  const renamed = Object.values(spec.renamed ?? {});
  for (const name of [...(spec.ignore ?? []), ...(spec.redact ?? []), ...renamed, spec.tenant]) {
    if (name === undefined || facts.columns.some((column) => column.name === name)) continue;
    throw unloggableTable(facts, `has no column ${name}`, 'Correct the name.');
  }
  requireSeenTenant(spec, facts);
  const tableId = await enter(runner, spec, facts);
  const columns = facts.columns.map(({ name }) => name);
  const partitioned = facts.isPartitioned ? quoteTable(facts.table, facts.schema) : undefined;
  const isVirtual = facts.columns.some((column) => column.isVirtual);
  const capture = { spec, tableId, record, columns, isVirtual, partitioned };
  await runAll(runner, [beginEra(tableId, spec, record.parentType), ...captureUp(capture)]);
}

/** A trigger does not see the value of a virtual column. */
function requireSeenTenant({ tenant }: HistoryTable, { table, columns }: TableFacts): void {
  if (!columns.some(({ name, isVirtual }) => name === tenant && isVirtual)) return;
  throw problem('setup_refused', {
    detail: `The history of ${table} cannot keep the tenant, because the column ${tenant} is computed when it is read. Make it a stored column.`,
  });
}

/** Logs a table no longer. What was logged stays, under its name. */
export async function removeHistory(runner: SchemaRunner, spec: LoggedTable): Promise<void> {
  const facts = await readTableFacts(runner, spec);
  await runAll(runner, captureDown(spec));
  // A table that was dropped is still in the list, under the schema it would be found in now.
  const schema = facts?.schema ?? spec.schema;
  const place = schema === undefined ? 'current_schema' : quoteText(schema);
  await runner.query(`UPDATE dual_id.history_tables SET detached_at = now()
    WHERE schema_name = ${place} AND table_name = ${quoteText(spec.table)}`);
}

/** Enters the table in the log's list, and returns its number. */
async function enter(
  runner: SchemaRunner,
  spec: HistoryTable,
  { schema, table, key }: TableFacts,
): Promise<number> {
  const columns = key.map(quoteText).join(', ');
  const rows = (await runner.query(`
    INSERT INTO dual_id.history_tables AS h
      (schema_name, table_name, keep, record_columns, definition)
    VALUES (${quoteText(schema)}, ${quoteText(table)}, ${quoteText(spec.keep)}, ARRAY[${columns}],
      ${quoteText(JSON.stringify(spec))})
    ON CONFLICT (schema_name, table_name) DO UPDATE
      SET keep = excluded.keep, record_columns = excluded.record_columns,
        definition = excluded.definition || jsonb_build_object('eras', h.definition -> 'eras'),
        detached_at = NULL
    RETURNING table_id AS "tableId"`)) as readonly { readonly tableId: number }[];
  return rows[0]!.tableId;
}
