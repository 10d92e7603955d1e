import { isUnique } from '../../catalog/catalog.js';
import type { DataCheck, Probe } from '../data-check.js';
import type { IdTable } from '../data-model.js';
import { withPassports } from '../passport-source.js';

/** Two rows share an internal id, which is possible only without the primary key. */
export const idDuplicate: DataCheck = {
  code: 'id_duplicate',
  finds: 'rows of one table with the same internal id',
  fix: 'It cannot be determined which of the rows the references mean. Give all but one of them a new id by hand, with the guard of the table disabled for the transaction, and restore the primary key.',
  probesOf: ({ idTables }) =>
    idTables
      .filter(({ definition, table }) => {
        return definition.kind !== 'guid' && !isUnique(table, [definition.columns.id]);
      })
      .map(duplicateIdProbe),
};

function duplicateIdProbe(table: IdTable): Probe {
  const { id, table: name } = table.quoted;
  const { definition } = table;
  const word = definition.kind === 'reference' ? 'r.slug' : `r.${table.quoted.uuid}::text`;
  return {
    place: table.name,
    source: { ...withPassports(table), joins: '' },
    wrong: `EXISTS (SELECT FROM ${name} q WHERE q.${id} = r.${id} AND (q.tableoid, q.ctid) <> (r.tableoid, r.ctid))`,
    facts: [word, `r.${id}::text`],
    message: ([row, shared]) => `${row} shares its internal id ${shared} with another row`,
  };
}
