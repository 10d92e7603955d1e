import { quoteIdentifier } from '../../../../core/schema/names.js';
import type { CatalogConstraint, CatalogTable } from '../../catalog/catalog.js';
import { sqlOf } from '../../catalog/catalog.js';
import type { DataModel } from '../../data/data-model.js';
import { isIntended, softTables } from '../soft-deletes.js';
import type { StructureCheck } from '../structure-check.js';

/** PostgreSQL deletes rows for good of which the application believes that they are only marked. */
export const cascadeBesideSoftDelete: StructureCheck = {
  code: 'cascade_beside_soft_delete',
  finds: 'a foreign key with ON DELETE CASCADE from or to a table whose rows are deleted softly',
  cure: "Make the key ON DELETE NO ACTION and delete what belongs to a row with it; or say that it is meant: COMMENT ON CONSTRAINT <key> ON <table> IS 'Intended: ...'.",
  find: ({ model }) => {
    const soft = new Set(softTables(model).map(({ table }) => table));
    const pairs = junctionTables(model);
    return model.catalog.tables
      .filter((table) => !pairs.has(table))
      .flatMap((table) =>
        table.constraints
          .filter((key) => key.kind === 'f' && key.onDelete === 'c' && !isIntended(key))
          .flatMap((key) => {
            const parent = model.catalog.at(key.target!);
            if (!soft.has(table) && !(parent && soft.has(parent))) return [];
            const own = model.catalog.nameOf(table);
            const other = parent ? model.catalog.nameOf(parent) : key.target!;
            return [
              {
                place: `${own}.${key.columns.join('+')}`,
                problem: soft.has(table)
                  ? `rows of ${own} are deleted softly, but go for good with a row of ${other} that is deleted`
                  : `rows of ${other} are deleted softly, which deletes none of their rows in ${own}`,
                cure: cureOf(key, table, parent),
              },
            ];
          }),
      );
  },
};

/** Pairs stay with a row that is deleted softly, and no list shows them. */
function junctionTables({ dataSource, catalog }: DataModel): ReadonlySet<CatalogTable | undefined> {
  const junctions = dataSource.entityMetadatas.filter(({ tableType }) => tableType === 'junction');
  return new Set(junctions.map(({ tableName, schema }) => catalog.find(tableName, schema)));
}

function cureOf(
  { name, columns, target, targetColumns }: CatalogConstraint,
  table: CatalogTable,
  parent: CatalogTable | undefined,
): string {
  const list = (names: readonly string[]) => names.map(quoteIdentifier).join(', ');
  const to = parent ? sqlOf(parent) : target!;
  const key = quoteIdentifier(name);
  return (
    `ALTER TABLE ${sqlOf(table)} DROP CONSTRAINT ${key}, ADD CONSTRAINT ${key} FOREIGN KEY ` +
    `(${list(columns)}) REFERENCES ${to} (${list(targetColumns)}) NOT VALID; ALTER TABLE ` +
    `${sqlOf(table)} VALIDATE CONSTRAINT ${key}; in the entity onDelete: 'NO ACTION', and delete ` +
    `what belongs to a row in the same transaction. Where it is meant: COMMENT ON CONSTRAINT ` +
    `${key} ON ${sqlOf(table)} IS 'Intended: <why>'.`
  );
}
