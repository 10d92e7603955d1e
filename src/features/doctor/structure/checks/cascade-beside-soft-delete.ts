import { quoteIdentifier } from '../../../../core/sql/quoting.js';
import type { CatalogConstraint, CatalogTable } from '../../catalog/catalog.js';
import { quotedPath } from '../../catalog/catalog.js';
import type { DataModel } from '../../data/data-model.js';
import { saysIntended, softTables } from '../soft-deletes.js';
import type { StructureCheck } from '../structure-check.js';

/** PostgreSQL deletes rows for good that the application believes to be only marked. */
export const cascadeBesideSoftDelete: StructureCheck = {
  code: 'cascade_beside_soft_delete',
  finds: 'a foreign key with ON DELETE CASCADE from or to a table whose rows are soft-deleted',
  fix: "Make the key ON DELETE NO ACTION and delete a row's dependent rows with it; or declare it intended: COMMENT ON CONSTRAINT <key> ON <table> IS 'Intended: ...'.",
  find: ({ model }) => {
    const soft = new Set(softTables(model).map(({ table }) => table));
    const pairs = junctionTables(model);
    return model.catalog.tables
      .filter((table) => !pairs.has(table))
      .flatMap((table) =>
        table.constraints
          .filter((key) => key.kind === 'f' && key.onDelete === 'c' && !saysIntended(key))
          .flatMap((key) => {
            const parent = model.catalog.at(key.target!);
            if (!soft.has(table) && !(parent && soft.has(parent))) return [];
            const own = model.catalog.nameOf(table);
            const other = parent ? model.catalog.nameOf(parent) : key.target!;
            return [
              {
                place: `${own}.${key.columns.join('+')}`,
                problem: soft.has(table)
                  ? `rows of ${own} are soft-deleted, but removed for good when their row of ${other} is deleted`
                  : `rows of ${other} are soft-deleted, which deletes none of their rows in ${own}`,
                fix: noActionFix(key, table, parent),
              },
            ];
          }),
      );
  },
};

/** Pairs of a soft-deleted row remain, and no list shows them. */
function junctionTables({ dataSource, catalog }: DataModel): ReadonlySet<CatalogTable | undefined> {
  const junctions = dataSource.entityMetadatas.filter(({ tableType }) => tableType === 'junction');
  return new Set(junctions.map(({ tableName, schema }) => catalog.find(tableName, schema)));
}

function noActionFix(
  { name, columns, target, targetColumns }: CatalogConstraint,
  table: CatalogTable,
  parent: CatalogTable | undefined,
): string {
  const list = (names: readonly string[]) => names.map(quoteIdentifier).join(', ');
  const to = parent ? quotedPath(parent) : target!;
  const key = quoteIdentifier(name);
  return (
    `ALTER TABLE ${quotedPath(table)} DROP CONSTRAINT ${key}, ADD CONSTRAINT ${key} FOREIGN KEY ` +
    `(${list(columns)}) REFERENCES ${to} (${list(targetColumns)}) NOT VALID; ALTER TABLE ` +
    `${quotedPath(table)} VALIDATE CONSTRAINT ${key}; in the entity onDelete: 'NO ACTION', and delete ` +
    `a row's dependent rows in the same transaction. If it is intended: COMMENT ON CONSTRAINT ` +
    `${key} ON ${quotedPath(table)} IS 'Intended: <why>'.`
  );
}
