import { isUnique } from '../../catalog/catalog.js';
import type { DataCheck, Probe } from '../data-check.js';
import type { IdTable } from '../data-model.js';
import { withPassports } from '../passport-source.js';

/** Two rows share an internal id, which only a lost primary key makes possible. */
export const idDuplicate: DataCheck = {
  code: 'id_duplicate',
  finds: 'rows of one table with the same internal id',
  cure: 'Which of the rows the references mean cannot be known. Give all but one another id by hand, with the guard of the table switched off for the transaction, and put the primary key back.',
  probesOf: ({ idTables }) =>
    idTables
      .filter(({ definition, table }) => {
        return definition.kind !== 'guid' && !isUnique(table, [definition.columns.id]);
      })
      .map(probeOf),
};

function probeOf(table: IdTable): Probe {
  const { id, table: name } = table.quoted;
  const { definition } = table;
  const word = definition.kind === 'reference' ? 'r.slug' : `r.${table.quoted.uuid}::text`;
  return {
    place: table.name,
    source: { ...withPassports(table), joins: '' },
    wrong: `EXISTS (SELECT FROM ${name} q WHERE q.${id} = r.${id} AND (q.tableoid, q.ctid) <> (r.tableoid, r.ctid))`,
    facts: [word, `r.${id}::text`],
    says: ([row, shared]) => `${row} shares its internal id ${shared} with another row`,
  };
}
