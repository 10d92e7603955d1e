import { quoteIdentifier } from '../../../../core/schema/names.js';
import { isUnique, sqlOf } from '../../catalog/catalog.js';
import type { DataCheck, Probe } from '../data-check.js';
import type { DataModel } from '../data-model.js';
import { keyFacts, sourceOf } from '../data-model.js';
import type { Link } from '../links.js';
import { isMasterLink, linksOf } from '../links.js';

/** Two rows of a service that belong to one passport, where no index of the table forbids it. */
export const masterLinkShared: DataCheck = {
  code: 'master_link_shared',
  finds: 'rows of one service that belong to the same passport',
  cure: 'Which of the rows is meant cannot be known: give all but one to another passport or delete them by hand, then call `addMasterLink` for the table again.',
  probesOf: (model) =>
    linksOf(model)
      .filter(isMasterLink)
      .filter(({ table, columns }) => !columns.some((column) => isUnique(table, [column])))
      .map((link) => probeOf(link, model)),
};

function probeOf({ table, columns, targetColumns }: Link, { catalog }: DataModel): Probe {
  const half = (name: string) => quoteIdentifier(columns[targetColumns.indexOf(name)]!);
  const source = sourceOf(table);
  return {
    place: `${catalog.nameOf(table)}.${columns.join('+')}`,
    source,
    wrong: `EXISTS (SELECT FROM ${sqlOf(table)} q WHERE q.${half('id')} = r.${half('id')}
      AND (q.tableoid, q.ctid) <> (r.tableoid, r.ctid))`,
    facts: [keyFacts(source), `r.${half('uuid')}::text`],
    says: ([row, uuid]) => `the row with ${row} belongs to ${uuid}, and so does another row`,
  };
}
