import { quoteIdentifier } from '../../../../core/schema/names.js';
import type { CatalogTable } from '../../catalog/catalog.js';
import { sqlOf } from '../../catalog/catalog.js';
import type { DataCheck, Probe, RowRepair } from '../data-check.js';
import type { DataModel } from '../data-model.js';
import { keyFacts, sourceOf } from '../data-model.js';
import type { Link } from '../links.js';
import { isMasterLink, linksOf } from '../links.js';
import { mayRepair } from '../repair-scope.js';
import { linkGuardOf } from '../row-guard.js';

/** A row of a service whose two halves of the link do not name one passport. */
export const masterLinkWrong: DataCheck = {
  code: 'master_link_wrong',
  finds: 'a row of a service whose `master_id` and `master_uuid` are not those of one passport',
  cure: 'Repair follows the half that names a passport. Where both halves name one, or neither does, find out from a backup or a log which is meant, and correct the row by hand.',
  probesOf: (model) =>
    linksOf(model)
      .filter(isMasterLink)
      .map((link) => probeOf(link, model)),
};

function probeOf(link: Link, model: DataModel): Probe {
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
    says: ([row, publicId, internalId]) =>
      `the row with ${row} names ${publicId} and ${internalId}, which is no passport`,
    ...(mayRepair(model, table)
      ? { repair: repairOf(table, { id, uuid, byId, byUuid }) }
      : { cure: asked(model.catalog.nameOf(table)) }),
  };
}

interface Halves {
  readonly id: string;
  readonly uuid: string;
  /** What the registry has for the other half, SQL expressions. */
  readonly byId: string;
  readonly byUuid: string;
}

function repairOf(table: CatalogTable, { id, uuid, byId, byUuid }: Halves): RowRepair {
  return {
    does: ([row, publicId, , found]) =>
      found
        ? `makes the row with ${row} name ${found} in place of ${publicId}`
        : `makes the row with ${row} name the internal id of ${publicId}`,
    when: `(${byId} IS NULL) <> (${byUuid} IS NULL)`,
    holds: ['dual_id.passports'],
    lifts: linkGuardOf(table),
    statement: (rows) => `UPDATE ${sqlOf(table)} t SET ${id} = s.id, ${uuid} = s.uuid
      FROM (SELECT r.tableoid AS part, r.ctid AS place, coalesce(${byUuid}, r.${id}) AS id,
              coalesce(${byId}, r.${uuid}) AS uuid ${rows}) s WHERE t.ctid = s.place AND t.tableoid = s.part`,
  };
}

function asked(name: string): string {
  return `Repair leaves the rows alone, for no entity maps the table. Correct them by hand, or have repair follow the half that names a passport: dual-id doctor --data --repair --include ${name}`;
}
