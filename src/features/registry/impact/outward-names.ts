import type { DataSource } from 'typeorm';
import { entityOf } from '../../../core/entity/entity-words.js';
import { isInternalIdName } from '../../../core/ids/ids.js';
import type { ForeignKeyFact } from './foreign-keys.js';

/** The property that refers, as the API would call it; null when no entity tells. */
export function propertyOf(dataSource: DataSource, fact: ForeignKeyFact): string | null {
  const columns = entityOf(dataSource, fact)?.columns ?? [];
  const relation = columns.find(
    ({ databaseName, relationMetadata }) =>
      relationMetadata !== undefined && fact.columns.includes(databaseName),
  )?.relationMetadata;
  if (relation) return `${relation.propertyPath}Uuid`;
  const named = columns
    .filter(({ databaseName }) => fact.columns.includes(databaseName))
    .find(({ propertyName }) => !isInternalIdName(propertyName));
  return named?.propertyPath ?? null;
}
