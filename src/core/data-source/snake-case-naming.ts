import type { NamingStrategyInterface, Table } from 'typeorm';
import { DefaultNamingStrategy } from 'typeorm';
import { constraintName } from '../sql/constraint-name.js';

/**
 * TypeORM names as a person would write them: `created_at`, `user_id`, `orders_user_id_fk`.
 * Constraint names are limited to 50 characters, and `migration:generate` agrees with hand-written
 * migrations.
 */
export class SnakeCaseNaming extends DefaultNamingStrategy implements NamingStrategyInterface {
  override columnName(property: string, custom: string | undefined, prefixes: string[]): string {
    return [...prefixes.map(snakeCase), custom ?? snakeCase(property)].join('_');
  }

  override joinColumnName(relation: string, referenced: string): string {
    return snakeCase(`${relation}_${referenced}`);
  }

  override joinTableColumnName(table: string, property: string, column?: string): string {
    return snakeCase(`${table}_${column ?? property}`);
  }

  override primaryKeyName(table: Table | string): string {
    return constraintName(tableNameOf(table), 'pk');
  }

  override uniqueConstraintName(table: Table | string, columns: string[]): string {
    return constraintName(tableNameOf(table), `${columns.join('_')}_uq`);
  }

  override foreignKeyName(table: Table | string, columns: string[]): string {
    return constraintName(tableNameOf(table), `${columns.join('_')}_fk`);
  }

  override indexName(table: Table | string, columns: string[]): string {
    return constraintName(tableNameOf(table), `${columns.join('_')}_ix`);
  }
}

/** `createdAt` becomes `created_at`. */
export function snakeCase(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

function tableNameOf(table: Table | string): string {
  const path = typeof table === 'string' ? table : table.name;
  return path.slice(path.lastIndexOf('.') + 1);
}
