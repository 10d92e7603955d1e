import { quoteIdentifier, quoteTable } from '../../../../core/schema/names.js';
import type { CatalogIndex, CatalogTable } from '../../catalog/catalog.js';
import { keyOf, pathOf, sqlOf } from '../../catalog/catalog.js';
import type { DataModel } from '../../data/data-model.js';
import type { SoftTable } from '../soft-deletes.js';
import { isIntended, softTables } from '../soft-deletes.js';
import type { StructureCheck } from '../structure-check.js';

/** A value is refused as taken, and the row that has it is one that nobody can see. */
export const uniqueBesideSoftDelete: StructureCheck = {
  code: 'unique_beside_soft_delete',
  finds: 'a unique index that covers rows which are deleted softly',
  cure: "Cover the rows that are there: CREATE UNIQUE INDEX ... WHERE <deletion date> IS NULL; or say that values are never used again: COMMENT ON INDEX <index> IS 'Intended: ...'.",
  find: ({ model }) =>
    softTables(model).flatMap((soft) =>
      soft.table.indexes
        .filter((index) => holdsDeleted(index, soft) && !isNeeded(index, soft.table, model))
        .map((index) => ({
          place: `${model.catalog.nameOf(soft.table)} ${index.name}`,
          problem:
            'a row that is deleted softly keeps its value, so that a new one is refused because of a row that nobody can see',
          cure: cureOf(index, soft),
        })),
    ),
};

function holdsDeleted(index: CatalogIndex, { mark }: SoftTable): boolean {
  const { isUnique, isPrimary, isValid, columns, predicate } = index;
  const spares = columns.includes(mark) || predicate.split(/\W+/).includes(mark);
  return isUnique && isValid && !isPrimary && !spares && !isIntended(index);
}

/**
 * Whether an index has to cover deleted rows: ids are never used again, what holds a key
 * whole collides with nothing, and a foreign key rests on an index of every row.
 */
function isNeeded({ columns }: CatalogIndex, table: CatalogTable, model: DataModel): boolean {
  const has = (names: readonly string[]) =>
    names.length > 0 && names.every((name) => columns.includes(name));
  const owner = model.idTables.find((one) => one.table === table);
  const address = owner?.definition.kind === 'reference' ? 'slug' : owner?.definition.columns.uuid;
  const links = table.constraints.filter(({ target }) => target === 'dual_id.passports');
  const isOfPassport = links.some((link) => columns.every((one) => link.columns.includes(one!)));
  const isReferred = model.catalog.tables.some(({ constraints }) =>
    constraints.some(
      ({ target, targetColumns }) =>
        target === pathOf(table) &&
        targetColumns.length === columns.length &&
        targetColumns.every((name) => columns.includes(name)),
    ),
  );
  return has(keyOf(table)) || has(address ? [address] : []) || isOfPassport || isReferred;
}

function cureOf({ name, definition, predicate }: CatalogIndex, { table, mark }: SoftTable): string {
  const isConstraint = table.constraints.some((one) => one.kind === 'u' && one.name === name);
  const full = quoteTable(name, table.schema);
  const own = quoteIdentifier(name);
  const next = quoteIdentifier(`${name}_new`);
  const concurrently = table.isPartitioned ? '' : ' CONCURRENTLY';
  const made = definition.replace(
    /^CREATE UNIQUE INDEX (?:"(?:[^"]|"")+"|\S+) ON (?:ONLY )?/,
    'ON ',
  );
  const condition = `${predicate === '' ? 'WHERE' : 'AND'} ${quoteIdentifier(mark)} IS NULL`;
  const drop = isConstraint
    ? `ALTER TABLE ${sqlOf(table)} DROP CONSTRAINT ${own}`
    : `DROP INDEX${concurrently} ${full}`;
  const comment = isConstraint
    ? `COMMENT ON CONSTRAINT ${own} ON ${sqlOf(table)}`
    : `COMMENT ON INDEX ${full}`;
  return (
    `CREATE UNIQUE INDEX${concurrently} ${next} ${made} ${condition}; ${drop}; ` +
    `ALTER INDEX ${quoteTable(`${name}_new`, table.schema)} RENAME TO ${own}, and in the entity ` +
    `@Index(..., { unique: true, where: '${mark} IS NULL' }). Where a value must never be used ` +
    `again: ${comment} IS 'Intended: <why>'.`
  );
}
