import type { DataSource, EntityMetadata } from 'typeorm';

/** A table as named in the catalog. */
export interface NamedTable {
  readonly tableName: string;
  readonly schemaName: string;
}

/** The public description of a table that has no platform type: the words of its entity. */
export function entityWords(dataSource: DataSource, table: NamedTable): string {
  const name = entityOf(dataSource, table)?.name;
  return name === undefined
    ? 'other'
    : name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ').toLowerCase();
}

/** The entity that maps a table, or undefined. */
export function entityOf(
  { entityMetadatas, options }: DataSource,
  { tableName, schemaName }: NamedTable,
): EntityMetadata | undefined {
  const defaultWords = (options as { schema?: string }).schema ?? 'public';
  return entityMetadatas.find(
    (entity) => entity.tableName === tableName && (entity.schema ?? defaultWords) === schemaName,
  );
}
