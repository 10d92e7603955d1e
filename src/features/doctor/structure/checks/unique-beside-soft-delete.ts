import { quoteIdentifier, quoteTable } from '../../../../core/sql/quoting.js';
import type { CatalogIndex, CatalogTable } from '../../catalog/catalog.js';
import { tableKeyOf, pathOf, quotedPath } from '../../catalog/catalog.js';
import type { DataModel } from '../../data/data-model.js';
import type { SoftTable } from '../soft-deletes.js';
import { saysIntended, softTables } from '../soft-deletes.js';
import type { StructureCheck } from '../structure-check.js';

/** A value is refused as taken although the row that has it is deleted and cannot be seen. */
export const uniqueBesideSoftDelete: StructureCheck = {
  code: 'unique_beside_soft_delete',
  finds: 'a unique index that covers soft-deleted rows',
  fix: "Cover only existing rows: CREATE UNIQUE INDEX ... WHERE <deletion date> IS NULL; or declare that values are never used again: COMMENT ON INDEX <index> IS 'Intended: ...'.",
  find: ({ model }) =>
    softTables(model).flatMap((soft) =>
      soft.table.indexes
        .filter((index) => holdsDeleted(index, soft) && !isNeeded(index, soft.table, model))
        .map((index) => ({
          place: `${model.catalog.nameOf(soft.table)} ${index.name}`,
          problem:
            'a soft-deleted row keeps its value, so that a new row is refused because of one that nobody can see',
          fix: partialIndexFix(index, soft),
        })),
    ),
};

function holdsDeleted(index: CatalogIndex, { deletedAt }: SoftTable): boolean {
  const { isUnique, isPrimary, isValid, columns, predicate } = index;
  const spares = columns.includes(deletedAt) || predicate.split(/\W+/).includes(deletedAt);
  return isUnique && isValid && !isPrimary && !spares && !saysIntended(index);
}

/**
 * Whether an index has to cover deleted rows: ids are never used again, an index with a whole key
 * in it has no collisions, and a foreign key needs an index of every row.
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
  return has(tableKeyOf(table)) || has(address ? [address] : []) || isOfPassport || isReferred;
}

function partialIndexFix(
  { name, definition, predicate }: CatalogIndex,
  { table, deletedAt }: SoftTable,
): string {
  const isConstraint = table.constraints.some((one) => one.kind === 'u' && one.name === name);
  const full = quoteTable(name, table.schema);
  const own = quoteIdentifier(name);
  const next = quoteIdentifier(`${name}_new`);
  const concurrently = table.isPartitioned ? '' : ' CONCURRENTLY';
  const made = definition.replace(
    /^CREATE UNIQUE INDEX (?:"(?:[^"]|"")+"|\S+) ON (?:ONLY )?/,
    'ON ',
  );
  const condition = `${predicate === '' ? 'WHERE' : 'AND'} ${quoteIdentifier(deletedAt)} IS NULL`;
  const drop = isConstraint
    ? `ALTER TABLE ${quotedPath(table)} DROP CONSTRAINT ${own}`
    : `DROP INDEX${concurrently} ${full}`;
  const comment = isConstraint
    ? `COMMENT ON CONSTRAINT ${own} ON ${quotedPath(table)}`
    : `COMMENT ON INDEX ${full}`;
  return (
    `CREATE UNIQUE INDEX${concurrently} ${next} ${made} ${condition}; ${drop}; ` +
    `ALTER INDEX ${quoteTable(`${name}_new`, table.schema)} RENAME TO ${own}, and in the entity ` +
    `@Index(..., { unique: true, where: '${deletedAt} IS NULL' }). Where a value must never be used ` +
    `again: ${comment} IS 'Intended: <why>'.`
  );
}
