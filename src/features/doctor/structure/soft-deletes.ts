import type { CatalogTable } from '../catalog/catalog.js';
import type { DataModel } from '../data/data-model.js';

/** A table whose rows are soft-deleted, and the column that marks them. */
export interface SoftTable {
  readonly table: CatalogTable;
  readonly deletedAt: string;
}

/** The tables of entities with a deletion date. */
export function softTables({ dataSource, catalog }: DataModel): readonly SoftTable[] {
  return dataSource.entityMetadatas.flatMap(({ tableName, schema, deleteDateColumn }) => {
    const table = catalog.find(tableName, schema);
    const deletedAt = deleteDateColumn?.databaseName;
    return table && deletedAt !== undefined ? [{ table, deletedAt }] : [];
  });
}

/** Whether a comment says that the structure the doctor questions is intended. */
export function saysIntended({ comment }: { readonly comment: string }): boolean {
  return /^intended\b/i.test(comment);
}
