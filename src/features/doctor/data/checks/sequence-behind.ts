import { quoteIdentifier, quoteText } from '../../../../core/sql/quoting.js';
import type { CatalogColumn, CatalogTable } from '../../catalog/catalog.js';
import { quotedPath } from '../../catalog/catalog.js';
import type { DataCheck, Probe, RowRepair } from '../data-check.js';
import type { DataModel } from '../data-model.js';
import { byHand, mayRepair } from '../repair-scope.js';

/** A sequence whose next id is already taken or reserved for history. */
export const sequenceBehind: DataCheck = {
  code: 'sequence_behind',
  finds:
    'an identity column whose next value is not above its greatest id, or is below `startWith`',
  fix: 'Repair moves the sequence forward: `SELECT dual_id.advance_sequence(<table>, <column>, <start>)`.',
  probesOf: (model) =>
    model.catalog.tables.flatMap((table) =>
      table.columns
        .filter(({ sequence }) => sequence !== null)
        .map((column) => sequenceProbe(table, column, model)),
    ),
};

function sequenceProbe(table: CatalogTable, column: CatalogColumn, model: DataModel): Probe {
  const name = quotedPath(table);
  const start = firstFreeId(table, column, model);
  const next = 'CASE WHEN is_called THEN last_value + 1 ELSE last_value END';
  // The greatest id is the one when the statement began; a sequence only moves forward.
  const state = `(SELECT ${quoteText(column.name)}::text AS name,
    coalesce(${greatest(table, column)}, 0)::bigint AS most,
    (SELECT ${next} FROM ${column.sequence}) AS next)`;
  return {
    place: `${model.catalog.nameOf(table)}.${column.name}`,
    source: { table: state, key: [{ name: 'name', type: 'text' }], isVirtual: true },
    wrong: `r.next <= r.most OR r.next < ${start}`,
    facts: ['r.next::text', 'r.most::text'],
    message: ([upcoming, max]) =>
      `the next value is ${upcoming}, the greatest in use is ${max} and new ones begin at ${start}`,
    ...(mayRepair(model, table)
      ? { repair: sequenceRepair(name, start) }
      : {
          fix: byHand(
            'no entity maps the table',
            `SELECT dual_id.advance_sequence(${quoteText(name)}, ${quoteText(column.name)}, ${start})`,
            table,
            model,
          ),
        }),
  };
}

/**
 * The log of the history has no index on its numbers alone. What the newest transactions logged has
 * the greatest of them, or nearly.
 */
function greatest(table: CatalogTable, { name }: CatalogColumn): string {
  const column = quoteIdentifier(name);
  const isLog = table.schema === 'dual_id' && table.table === 'changes';
  const rows = isLog
    ? `(SELECT * FROM ${quotedPath(table)} ORDER BY transaction_id DESC LIMIT 10000) l`
    : quotedPath(table);
  return `(SELECT max(${column}) FROM ${rows})`;
}

function sequenceRepair(table: string, start: string): RowRepair {
  return {
    does: () => `moves the sequence past the rows and to at least ${start}`,
    statement: (rows) =>
      `SELECT dual_id.advance_sequence(${quoteText(table)}, r.name, ${start}) ${rows}`,
  };
}

function firstFreeId(
  table: CatalogTable,
  { name }: CatalogColumn,
  { idTables }: DataModel,
): string {
  const owner = idTables.find((candidate) => candidate.table === table);
  return owner?.definition.columns.id === name ? owner.definition.startWith : '1';
}
