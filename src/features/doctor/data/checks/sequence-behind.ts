import { quoteIdentifier, quoteText } from '../../../../core/schema/names.js';
import type { CatalogColumn, CatalogTable } from '../../catalog/catalog.js';
import { sqlOf } from '../../catalog/catalog.js';
import type { DataCheck, Probe, RowRepair } from '../data-check.js';
import type { DataModel } from '../data-model.js';
import { byHand, mayRepair } from '../repair-scope.js';

/** A sequence that will hand out an id which is taken, or one that is kept for history. */
export const sequenceBehind: DataCheck = {
  code: 'sequence_behind',
  finds: 'an identity whose next value is not above its greatest id, or below `startWith`',
  cure: 'Repair moves the sequence forward: `SELECT dual_id.advance_sequence(<table>, <column>, <start>)`.',
  probesOf: (model) =>
    model.catalog.tables.flatMap((table) =>
      table.columns
        .filter(({ sequence }) => sequence !== null)
        .map((column) => probeOf(table, column, model)),
    ),
};

function probeOf(table: CatalogTable, column: CatalogColumn, model: DataModel): Probe {
  const name = sqlOf(table);
  const start = startOf(table, column, model);
  const next = 'CASE WHEN is_called THEN last_value + 1 ELSE last_value END';
  // The greatest id is of the moment in which the statement began; a sequence only moves on.
  const state = `(SELECT ${quoteText(column.name)}::text AS name,
    coalesce((SELECT max(${quoteIdentifier(column.name)}) FROM ${name}), 0)::bigint AS most,
    (SELECT ${next} FROM ${column.sequence}) AS next)`;
  return {
    place: `${model.catalog.nameOf(table)}.${column.name}`,
    source: { table: state, key: [{ name: 'name', type: 'text' }], isVirtual: true },
    wrong: `r.next <= r.most OR r.next < ${start}`,
    facts: ['r.next::text', 'r.most::text'],
    says: ([upcoming, most]) =>
      `the next value is ${upcoming}, the greatest in use is ${most} and new ones begin at ${start}`,
    ...(mayRepair(model, table)
      ? { repair: repairOf(name, start) }
      : {
          cure: byHand(
            'no entity maps the table',
            `SELECT dual_id.advance_sequence(${quoteText(name)}, ${quoteText(column.name)}, ${start})`,
            table,
            model,
          ),
        }),
  };
}

function repairOf(table: string, start: string): RowRepair {
  return {
    does: () => `moves the sequence past the rows and to ${start} at least`,
    statement: (rows) =>
      `SELECT dual_id.advance_sequence(${quoteText(table)}, r.name, ${start}) ${rows}`,
  };
}

function startOf(table: CatalogTable, { name }: CatalogColumn, { idTables }: DataModel): string {
  const owner = idTables.find((candidate) => candidate.table === table);
  return owner?.definition.columns.id === name ? owner.definition.startWith : '1';
}
