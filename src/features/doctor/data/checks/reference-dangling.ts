import { quoteIdentifier } from '../../../../core/schema/names.js';
import { keyOf, pathOf, sqlOf } from '../../catalog/catalog.js';
import type { DataCheck, Probe, RowRepair } from '../data-check.js';
import type { DataModel } from '../data-model.js';
import { keyFacts, sourceOf } from '../data-model.js';
import type { Link } from '../links.js';
import { isEdgeTable, isMasterLink, linksOf } from '../links.js';
import { byHand, mayRepair } from '../repair-scope.js';

/** A row that names another row which is not there. */
export const referenceDangling: DataCheck = {
  code: 'reference_dangling',
  finds: 'a foreign key of a row that leads to no row',
  cure: 'Restore the row that is named, or remove the row that names it; no repair deletes a row. A validated key of an entity that may be null is emptied by repair.',
  probesOf: (model) =>
    linksOf(model)
      .filter((link) => !hasOwnCheck(link, model))
      .map((link) => probeOf(link, model)),
};

/** Links between rows, passports and their types are told more exactly by checks of their own. */
function hasOwnCheck(link: Link, { enrolled }: DataModel): boolean {
  const { table, columns, target } = link;
  if (target.schema !== 'dual_id') return false;
  if (target.table === 'platform_types') return table.schema === 'dual_id';
  if (target.table !== 'passports') return false;
  const owner = enrolled.find((candidate) => candidate.table === table);
  const isOwn = owner !== undefined && columns.includes(owner.definition.columns.uuid);
  return isOwn || isMasterLink(link) || isEdgeTable(table);
}

function probeOf(link: Link, model: DataModel): Probe {
  const { table, columns, target } = link;
  const filled = columns.map((column) => `r.${quoteIdentifier(column)} IS NOT NULL`);
  const values = columns.map((column) => `r.${quoteIdentifier(column)}::text`);
  const source = sourceOf(table);
  const name = model.catalog.nameOf(target);
  const column = columns.join(', ');
  const pairs = columns.map((own, at) => {
    return `t.${quoteIdentifier(link.targetColumns[at]!)} = r.${quoteIdentifier(own)}`;
  });
  const wrong = `${filled.join(' AND ')}
      AND NOT EXISTS (SELECT FROM ${sqlOf(target)} t WHERE ${pairs.join(' AND ')})`;
  return {
    place: `${model.catalog.nameOf(table)}.${columns.join('+')}`,
    source,
    wrong,
    facts: [keyFacts(source), `concat_ws(', ', ${values.join(', ')})`],
    says: ([row, value]) =>
      `the row with ${row} has ${column} ${value}, which is in no row of ${name}`,
    ...remedyOf(link, wrong, model),
  };
}

/** Of a key that is gone nothing is lost by emptying it; a column that must be filled stays. */
function remedyOf(link: Link, wrong: string, model: DataModel): Pick<Probe, 'repair' | 'cure'> {
  const { table, columns, target } = link;
  const key = keyOf(table);
  const empties = columns.filter(
    (name) =>
      !key.includes(name) &&
      table.columns.some((column) => column.name === name && !column.isNotNull),
  );
  if (empties.length === 0) return {};
  const set = empties.map((name) => `${quoteIdentifier(name)} = NULL`).join(', ');
  const doubt = doubtOf(link, model);
  if (doubt !== undefined) {
    const statement = `UPDATE ${sqlOf(table)} r SET ${set} WHERE ${wrong}`;
    return { cure: byHand(doubt, statement.replaceAll(/\s+/g, ' '), table, model) };
  }
  const repair: RowRepair = {
    does: ([row, value]) => `empties ${empties.join(' and ')} (${value}) of the row with ${row}`,
    holds: [sqlOf(target)],
    statement: (rows) => `UPDATE ${sqlOf(table)} t SET ${set}
      FROM (SELECT r.tableoid AS part, r.ctid AS place ${rows}) s WHERE t.ctid = s.place AND t.tableoid = s.part`,
  };
  return { repair };
}

/** Why a value that leads nowhere may be meant to be there all the same. */
function doubtOf({ table, columns, target }: Link, model: DataModel): string | undefined {
  if (model.scope.included.has(table)) return undefined;
  if (!mayRepair(model, table)) return 'no entity maps the table';
  const isValidated = table.constraints.some(
    (key) =>
      key.kind === 'f' &&
      key.isValidated &&
      key.target === pathOf(target) &&
      key.columns.toSorted().join() === columns.toSorted().join(),
  );
  return isValidated ? undefined : 'no validated foreign key says that they must lead to a row';
}
