import type { DataCheck, Probe } from '../data-check.js';
import type { IdTable } from '../data-model.js';
import { withPassports } from '../passport-source.js';
import { rowGuard } from '../row-guard.js';

/** A row whose type is not that of its table. */
export const rowTypeWrong: DataCheck = {
  code: 'row_type_wrong',
  finds: 'a row whose platform type is not that of its table',
  fix: 'Repair sets the type; the check constraint `<table>_type_ck` enforces it.',
  probesOf: ({ enrolled }) => enrolled.map(rowTypeProbe),
};

function rowTypeProbe(table: IdTable): Probe {
  const type = table.definition.type!;
  return {
    place: table.name,
    source: withPassports(table),
    wrong: `r.platform_type_id IS DISTINCT FROM ${type}`,
    facts: [`r.${table.quoted.uuid}::text`, 'r.platform_type_id::text'],
    message: ([uuid, found]) => `${uuid} has the platform type ${found || 'null'}, not ${type}`,
    repair: {
      does: ([uuid]) => `sets the platform type of ${uuid} to ${type}`,
      lifts: rowGuard(table),
      statement: (rows) => `UPDATE ${table.quoted.table} t SET platform_type_id = ${type}
        FROM (SELECT r.tableoid AS part, r.ctid AS place ${rows}) s WHERE t.ctid = s.place AND t.tableoid = s.part`,
    },
  };
}
