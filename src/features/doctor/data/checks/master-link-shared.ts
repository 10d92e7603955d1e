import { quoteIdentifier } from '../../../../core/sql/quoting.js';
import { isUnique, quotedPath } from '../../catalog/catalog.js';
import type { DataCheck, Probe } from '../data-check.js';
import type { DataModel } from '../data-model.js';
import { keyFacts, sourceOf } from '../row-source.js';
import type { Link } from '../links.js';
import { isMasterLink, linksOf } from '../links.js';

/**
 * Two rows of a service that belong to one passport, in a table without an index that forbids it.
 */
export const masterLinkShared: DataCheck = {
  code: 'master_link_shared',
  finds: 'rows of one service that belong to the same passport',
  fix: 'It cannot be determined which of the rows is meant: link all but one to other passports or delete them by hand, then call `addMasterLink` for the table again.',
  probesOf: (model) =>
    linksOf(model)
      .filter(isMasterLink)
      .filter(({ table, columns }) => !columns.some((column) => isUnique(table, [column])))
      .map((link) => sharedLinkProbe(link, model)),
};

function sharedLinkProbe({ table, columns, targetColumns }: Link, { catalog }: DataModel): Probe {
  const half = (name: string) => quoteIdentifier(columns[targetColumns.indexOf(name)]!);
  const source = sourceOf(table);
  return {
    place: `${catalog.nameOf(table)}.${columns.join('+')}`,
    source,
    wrong: `EXISTS (SELECT FROM ${quotedPath(table)} q WHERE q.${half('id')} = r.${half('id')}
      AND (q.tableoid, q.ctid) <> (r.tableoid, r.ctid))`,
    facts: [keyFacts(source), `r.${half('uuid')}::text`],
    message: ([row, uuid]) => `the row with ${row} belongs to ${uuid}, and so does another row`,
  };
}
