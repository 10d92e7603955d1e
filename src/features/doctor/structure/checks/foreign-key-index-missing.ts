import type { CatalogConstraint, CatalogTable } from '../../catalog/catalog.js';
import { isUnique } from '../../catalog/catalog.js';
import type { StructureCheck } from '../structure-check.js';

/** Without it, deleting the parent and every nested route read the whole table. */
export const foreignKeyIndexMissing: StructureCheck = {
  code: 'foreign_key_index_missing',
  finds: 'a foreign key without an index that begins with its columns',
  fix: 'Add it in a migration: CREATE INDEX CONCURRENTLY ... ON <table> (<columns>), and `@Index` in the entity.',
  find: ({ model: { catalog } }) =>
    catalog.tables
      .filter(({ schema }) => schema !== 'dual_id')
      .flatMap((table) =>
        table.constraints
          .filter((key) => key.kind === 'f' && !isIndexed(table, key))
          .map(({ name, columns }) => ({
            place: `${catalog.nameOf(table)}.${columns.join('+')}`,
            problem: `no index begins with the columns of the foreign key ${name}`,
          })),
      ),
};

/** Whether the whole key leads an index, or a part of it that already identifies the row. */
function isIndexed(table: CatalogTable, { columns }: CatalogConstraint): boolean {
  return table.indexes.some((index) => {
    if (!index.isValid || index.isPartial) return false;
    const leading = index.columns.slice(0, columns.length);
    const isWhole = columns.every((column) => leading.includes(column));
    const first = index.columns[0];
    return isWhole || (first != null && columns.includes(first) && isUnique(table, [first]));
  });
}
