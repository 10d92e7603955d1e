import { quoteIdentifier } from '../../../../core/sql/quoting.js';
import type { CatalogTable } from '../../catalog/catalog.js';
import { quotedPath } from '../../catalog/catalog.js';
import type { DataCheck, Probe, RowRepair } from '../data-check.js';
import type { DataModel } from '../data-model.js';
import { keyFacts, sourceOf } from '../row-source.js';
import type { Link } from '../links.js';
import { isMasterLink, linksOf } from '../links.js';
import { mayRepair } from '../repair-scope.js';
import { linkGuardOf } from '../row-guard.js';

/** A row of a service whose two link columns do not identify the same passport. */
export const masterLinkWrong: DataCheck = {
  code: 'master_link_wrong',
  finds: 'a row of a service whose `master_id` and `master_uuid` are not those of one passport',
  fix: 'Repair follows the column that names a passport. If both or neither do, find out from a backup or a log which is meant, and correct the row by hand.',
  probesOf: (model) =>
    linksOf(model)
      .filter(isMasterLink)
      .map((link) => wrongLinkProbe(link, model)),
};

function wrongLinkProbe(link: Link, model: DataModel): Probe {
  const { table, columns, targetColumns } = link;
  const half = (name: string) => quoteIdentifier(columns[targetColumns.indexOf(name)]!);
  const [id, uuid] = [half('id'), half('uuid')];
  const source = sourceOf(table);
  const byId = `(SELECT p.uuid FROM dual_id.passports p WHERE p.id = r.${id})`;
  const byUuid = `(SELECT p.id FROM dual_id.passports p WHERE p.uuid = r.${uuid})`;
  return {
    place: `${model.catalog.nameOf(table)}.${columns.join('+')}`,
    source,
    wrong: `r.${id} IS NOT NULL AND r.${uuid} IS NOT NULL AND NOT EXISTS (SELECT
      FROM dual_id.passports p WHERE p.id = r.${id} AND p.uuid = r.${uuid})`,
    facts: [keyFacts(source), `r.${uuid}::text`, `r.${id}::text`, `${byId}::text`],
    message: ([row, publicId, internalId]) =>
      `the row with ${row} names ${publicId} and ${internalId}, which do not belong to one passport`,
    ...(mayRepair(model, table)
      ? { repair: linkRepair(table, { id, uuid, byId, byUuid }) }
      : { fix: manualFix(model.catalog.nameOf(table)) }),
  };
}

interface Halves {
  readonly id: string;
  readonly uuid: string;
  /** The registry's value for the other column, as SQL expressions. */
  readonly byId: string;
  readonly byUuid: string;
}

function linkRepair(table: CatalogTable, { id, uuid, byId, byUuid }: Halves): RowRepair {
  return {
    does: ([row, publicId, , found]) =>
      found
        ? `makes the row with ${row} name ${found} instead of ${publicId}`
        : `makes the row with ${row} name the internal id of ${publicId}`,
    when: `(${byId} IS NULL) <> (${byUuid} IS NULL)`,
    holds: ['dual_id.passports'],
    lifts: linkGuardOf(table),
    statement: (rows) => `UPDATE ${quotedPath(table)} t SET ${id} = s.id, ${uuid} = s.uuid
      FROM (SELECT r.tableoid AS part, r.ctid AS place, coalesce(${byUuid}, r.${id}) AS id,
              coalesce(${byId}, r.${uuid}) AS uuid ${rows}) s WHERE t.ctid = s.place AND t.tableoid = s.part`,
  };
}

function manualFix(name: string): string {
  return `Repair leaves the rows alone, because no entity maps the table. Correct them by hand, or have repair follow the column that names a passport: dual-id doctor --data --repair --include ${name}`;
}
