import type { DataSource } from 'typeorm';
import { entityOf } from '../../../core/entity/entity-words.js';
import { isInternalIdName, referenceNameOf } from '../../../core/ids/id-names.js';
import type { ForeignKeyFact } from './foreign-keys.js';

/** The referring property as the API would name it; null if no entity declares it. */
export function propertyOf(dataSource: DataSource, fact: ForeignKeyFact): string | null {
  const columns = entityOf(dataSource, fact)?.columns ?? [];
  const relation = columns.find(
    ({ databaseName, relationMetadata }) =>
      relationMetadata !== undefined && fact.columns.includes(databaseName),
  )?.relationMetadata;
  if (relation) return referenceNameOf(relation.propertyPath);
  const named = columns
    .filter(({ databaseName }) => fact.columns.includes(databaseName))
    .find(({ propertyName }) => !isInternalIdName(propertyName));
  return named?.propertyPath ?? null;
}
