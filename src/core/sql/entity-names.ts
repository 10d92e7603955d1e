import type { EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { quoteIdentifier, quoteTable } from './quoting.js';

/** The quoted name of an entity's table. */
export function tableOf(entity: EntityMetadata): string {
  return quoteTable(entity.tableName, entity.schema);
}

/** The quoted name of a column. */
export function nameOf(column: ColumnMetadata): string {
  return quoteIdentifier(column.databaseName);
}
