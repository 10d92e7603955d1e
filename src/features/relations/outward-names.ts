import type { DataSource, EntityMetadata } from 'typeorm';
import { isInternalIdName } from '../../core/ids/ids.js';
import type { ForeignKeyFact } from './foreign-keys.js';

/** What the world may hear of a table that no platform type names: the words of its entity. */
export function entityWords(dataSource: DataSource, fact: ForeignKeyFact): string {
  const name = metadataOf(dataSource, fact)?.name;
  return name === undefined
    ? 'other'
    : name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ').toLowerCase();
}

/** The property that refers, as the API would call it; null when no entity tells. */
export function propertyOf(dataSource: DataSource, fact: ForeignKeyFact): string | null {
  const columns = metadataOf(dataSource, fact)?.columns ?? [];
  const relation = columns.find(
    ({ databaseName, relationMetadata }) =>
      relationMetadata !== undefined && fact.columns.includes(databaseName),
  )?.relationMetadata;
  if (relation) return `${relation.propertyPath}Uuid`;
  const column = columns.find(({ databaseName }) => fact.columns.includes(databaseName));
  return column && !isInternalIdName(column.propertyName) ? column.propertyPath : null;
}

function metadataOf(
  { entityMetadatas, options }: DataSource,
  { tableName, schemaName }: ForeignKeyFact,
): EntityMetadata | undefined {
  const usual = (options as { schema?: string }).schema ?? 'public';
  return entityMetadatas.find(
    (entity) => entity.tableName === tableName && (entity.schema ?? usual) === schemaName,
  );
}
