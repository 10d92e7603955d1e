import { quoteIdentifier } from '../../../../core/sql/quoting.js';
import { tableKeyOf, pathOf, quotedPath } from '../../catalog/catalog.js';
import type { DataCheck, Probe, RowRepair } from '../data-check.js';
import type { DataModel } from '../data-model.js';
import { keyFacts, sourceOf } from '../row-source.js';
import type { Link } from '../links.js';
import { isEdgeTable, isMasterLink, linksOf } from '../links.js';
import { byHand, mayRepair } from '../repair-scope.js';

/** A row that refers to a row that does not exist. */
export const referenceDangling: DataCheck = {
  code: 'reference_dangling',
  finds: 'a foreign key that refers to a row that does not exist',
  fix: 'Restore the missing row, or remove the row that refers to it; repair never deletes a row. Repair sets a key of an entity to null if it is validated and nullable.',
  probesOf: (model) =>
    linksOf(model)
      .filter((link) => !hasOwnCheck(link, model))
      .map((link) => danglingReferenceProbe(link, model)),
};

/** Links between rows, passports and their types have more precise checks of their own. */
function hasOwnCheck(link: Link, { enrolled }: DataModel): boolean {
  const { table, columns, target } = link;
  if (target.schema !== 'dual_id') return false;
  if (target.table === 'platform_types') return table.schema === 'dual_id';
  if (target.table !== 'passports') return false;
  const owner = enrolled.find((candidate) => candidate.table === table);
  const isOwn = owner !== undefined && columns.includes(owner.definition.columns.uuid);
  return isOwn || isMasterLink(link) || isEdgeTable(table);
}

function danglingReferenceProbe(link: Link, model: DataModel): Probe {
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
      AND NOT EXISTS (SELECT FROM ${quotedPath(target)} t WHERE ${pairs.join(' AND ')})`;
  return {
    place: `${model.catalog.nameOf(table)}.${columns.join('+')}`,
    source,
    wrong,
    facts: [keyFacts(source), `concat_ws(', ', ${values.join(', ')})`],
    message: ([row, value]) =>
      `the row with ${row} has ${column} ${value}, which is in no row of ${name}`,
    ...remedyOf(link, wrong, model),
  };
}

/** Setting a key that refers to nothing to null loses nothing; a NOT NULL column stays. */
function remedyOf(link: Link, wrong: string, model: DataModel): Pick<Probe, 'repair' | 'fix'> {
  const { table, columns, target } = link;
  const key = tableKeyOf(table);
  const empties = columns.filter(
    (name) =>
      !key.includes(name) &&
      table.columns.some((column) => column.name === name && !column.isNotNull),
  );
  if (empties.length === 0) return {};
  const set = empties.map((name) => `${quoteIdentifier(name)} = NULL`).join(', ');
  const doubt = doubtOf(link, model);
  if (doubt !== undefined) {
    const statement = `UPDATE ${quotedPath(table)} r SET ${set} WHERE ${wrong}`;
    return { fix: byHand(doubt, statement.replaceAll(/\s+/g, ' '), table, model) };
  }
  const repair: RowRepair = {
    does: ([row, value]) =>
      `sets ${empties.join(' and ')} (${value}) of the row with ${row} to null`,
    holds: [quotedPath(target)],
    statement: (rows) => `UPDATE ${quotedPath(table)} t SET ${set}
      FROM (SELECT r.tableoid AS part, r.ctid AS place ${rows}) s WHERE t.ctid = s.place AND t.tableoid = s.part`,
  };
  return { repair };
}

/** Why a value that refers to nothing may be intended. */
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
  return isValidated ? undefined : 'no validated foreign key requires them to refer to a row';
}
