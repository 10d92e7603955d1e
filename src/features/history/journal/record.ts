import type { EntityMetadata } from 'typeorm';
import { addressColumn } from '../../../core/definition/address.js';
import { definitionOf } from '../../../core/definition/entity-definition.js';
import { problem } from '../../../core/errors/problem.js';
import { nameOf, tableOf } from '../../../core/sql/entity-names.js';
import { quoteText } from '../../../core/sql/quoting.js';

/**
 * SQL of the integer under which the log has an entity, by its public address `$1`; null if there
 * never was one. A row that is gone is found as well.
 */
export function recordSql(entity: EntityMetadata): string {
  const address = addressColumn(entity);
  if (!address) return recordSql(ownerOf(entity));
  const { kind, type } = definitionOf(entity.target as object)!;
  if (type !== undefined) {
    const id = kind === 'guid' ? 'id' : 'entity_id';
    return `SELECT p.${id} FROM dual_id.passports p
      WHERE p.uuid = $1::uuid AND p.platform_type_id = ${type}`;
  }
  const id = nameOf(entity.primaryColumns[0]!);
  const row = `SELECT ${id} FROM ${tableOf(entity)} WHERE ${nameOf(address)} = $1`;
  if (kind === 'reference') return row;
  return `SELECT coalesce((${row}::uuid), (SELECT d.record_id FROM dual_id.changes d
    WHERE d.uuid = $1::uuid AND d.operation = 'D' AND d.table_id = t.table_id LIMIT 1))`;
}

/** The entity whose public id names the rows: the entity itself, or the one its rows belong to. */
export function ownerOf(entity: EntityMetadata): EntityMetadata {
  if (addressColumn(entity)) return entity;
  for (const column of entity.primaryColumns) {
    const owner = column.relationMetadata?.inverseEntityMetadata;
    if (owner && addressColumn(owner)) return owner;
  }
  throw problem('setup_refused', {
    detail: `${entity.name} has no public id, and no column of its key refers to an entity that has one. Map the key's column as @ManyToOne.`,
  });
}

/** `FROM` the log's entry `t` of a table and the record `r`; no row where nothing is logged. */
export function fromRecord(entity: EntityMetadata): string {
  // The fences keep the server from planning and reading both again in every part of a statement.
  return `${fromTable(tableOf(entity))}
    CROSS JOIN LATERAL (SELECT (${recordSql(entity)}) AS id OFFSET 0) r`;
}

/** `FROM` the log's entry of a table, as SQL names the table. */
export function fromTable(table: string): string {
  return `FROM (SELECT l.*, ${virtualColumns('k.oid')} FROM pg_class k JOIN pg_namespace s ON s.oid = k.relnamespace
      JOIN dual_id.history_tables l ON l.schema_name = s.nspname AND l.table_name = k.relname
      WHERE k.oid = to_regclass(${quoteText(table)}) OFFSET 0) t`;
}

/** The column `virtual` of the log's entry: which columns the log cannot have values of. */
export function virtualColumns(oid: string): string {
  return `(SELECT coalesce(array_agg(attname::text) FILTER (WHERE attgenerated = 'v'), '{}')
    FROM pg_attribute WHERE attrelid = ${oid} AND attnum > 0) AS virtual`;
}

/** The refusal of an entity whose table is not logged. */
export function notLogged({ tableName }: EntityMetadata): Error {
  return problem('setup_refused', {
    detail: `The table ${tableName} has no history. Call addHistory(runner, { table: '${tableName}', keep: 'rows' }) in a migration.`,
  });
}
