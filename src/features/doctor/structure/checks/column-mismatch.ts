import type { DataSource, EntityMetadata } from 'typeorm';
import { TableColumn } from 'typeorm';
import { TableUtils } from 'typeorm/schema-builder/util/TableUtils.js';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { definitionOf } from '../../../../core/definition/entity-definition.js';
import { quoteIdentifier } from '../../../../core/sql/quoting.js';
import type { CatalogColumn } from '../../catalog/catalog.js';
import { quotedPath } from '../../catalog/catalog.js';
import { conversionFix } from '../conversion-fix.js';
import type { StructureCheck } from '../structure-check.js';

/** What the classes promise is right; the column has to change. */
export const columnMismatch: StructureCheck = {
  code: 'column_mismatch',
  finds: 'a column that does not match the entity, and with it the DTO',
  fix: 'The DTO is right, the database is wrong: change the column in a migration.',
  find: ({ model: { dataSource, catalog } }) =>
    dataSource.entityMetadatas.flatMap((entity) => {
      const table = catalog.find(entity.tableName, entity.schema);
      if (!table) return [];
      return entity.columns.flatMap((column) => {
        if (column.isVirtual && !column.relationMetadata) return [];
        if (column.isVirtualProperty) return [];
        const found = table.columns.find(({ name }) => name === column.databaseName);
        const problem = found
          ? columnDifference(column, found, dataSource)
          : 'the column does not exist';
        const place = `${catalog.nameOf(table)}.${column.databaseName}`;
        if (!problem) return [];
        const conversion = isIdOf(entity, column) && conversionFix(entity, table, catalog);
        const step = found && typeChange(column, found, { dataSource, table: quotedPath(table) });
        return [
          {
            place,
            problem: `${problem} (${entity.name}.${column.propertyPath})`,
            ...(step === undefined ? {} : { fix: `${columnMismatch.fix} ${step}` }),
            ...(conversion ? { fix: conversion } : {}),
          },
        ];
      });
    }),
};

/** Whether a column is one that a conversion makes. */
function isIdOf(entity: EntityMetadata, { databaseName, isPrimary }: ColumnMetadata): boolean {
  const uuid = definitionOf(entity.target as object)?.columns.uuid;
  return isPrimary || databaseName === uuid || databaseName === 'master_uuid';
}

/** The statement that keeps the values, which TypeORM would drop with the column. */
function typeChange(
  column: ColumnMetadata,
  found: CatalogColumn,
  { dataSource, table }: { readonly dataSource: DataSource; readonly table: string },
): string | undefined {
  const { driver } = dataSource;
  const isPlain = !found.isEnum && driver.normalizeType(column) !== 'enum';
  if (!isPlain || hasType(column, found, dataSource)) return undefined;
  const type = driver.createFullType(
    new TableColumn(TableUtils.createTableColumnOptions(column, driver)),
  );
  const name = quoteIdentifier(column.databaseName);
  return `ALTER TABLE ${table} ALTER COLUMN ${name} TYPE ${type} USING ${name}::${type};`;
}

function columnDifference(
  column: ColumnMetadata,
  found: CatalogColumn,
  dataSource: DataSource,
): string | undefined {
  const wanted = dataSource.driver.normalizeType(column);
  if (!hasType(column, found, dataSource))
    return `the class says ${wanted}, the column is ${found.type}`;
  if (column.isArray !== found.type.endsWith('[]')) {
    return `the class says ${column.isArray ? 'a list' : 'one value'}, the column is ${found.type}`;
  }
  if (!column.isNullable && !found.isNotNull)
    return 'the class says not null, the column is nullable';
  if (column.isNullable && found.isNotNull)
    return 'the class says nullable, the column is not null';
  return undefined;
}

function hasType(column: ColumnMetadata, found: CatalogColumn, { driver }: DataSource): boolean {
  const wanted = driver.normalizeType(column);
  const base = found.type.replace(/\(.*?\)/, '').replace(/\[\]$/, '');
  return wanted === 'enum' ? found.isEnum : aliasOf(wanted) === base;
}

function aliasOf(type: string): string {
  return { 'simple-array': 'text', 'simple-json': 'text', 'simple-enum': 'text' }[type] ?? type;
}
