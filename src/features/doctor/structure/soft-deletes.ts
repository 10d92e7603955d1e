import type { CatalogTable } from '../catalog/catalog.js';
import type { DataModel } from '../data/data-model.js';

/** A table whose rows are deleted softly, and the column that marks them. */
export interface SoftTable {
  readonly table: CatalogTable;
  readonly mark: string;
}

/** The tables of entities with a deletion date. */
export function softTables({ dataSource, catalog }: DataModel): readonly SoftTable[] {
  return dataSource.entityMetadatas.flatMap(({ tableName, schema, deleteDateColumn }) => {
    const table = catalog.find(tableName, schema);
    const mark = deleteDateColumn?.databaseName;
    return table && mark !== undefined ? [{ table, mark }] : [];
  });
}

/** Whether a comment says that what the doctor doubts is meant. */
export function isIntended({ comment }: { readonly comment: string }): boolean {
  return /^intended\b/i.test(comment);
}
