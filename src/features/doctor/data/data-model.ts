import type { DataSource, EntityMetadata } from 'typeorm';
import type { DualIdDefinition } from '../../../core/entity/dual-id-options.js';
import { definitionOf } from '../../../core/entity/dual-id-options.js';
import type { DualIdTable, QuotedTable } from '../../../core/schema/table-spec.js';
import { quoted } from '../../../core/schema/table-spec.js';
import type { Catalog, CatalogTable } from '../catalog/catalog.js';
import { keyOf, sqlOf } from '../catalog/catalog.js';
import type { KeyColumn, RowSource } from './data-check.js';
import type { RepairScope } from './repair-scope.js';
import { repairScope } from './repair-scope.js';
import { quoteIdentifier } from '../../../core/schema/names.js';

/** A table whose entity has ids, as its class declares it. */
export interface IdTable {
  readonly entity: EntityMetadata;
  readonly definition: DualIdDefinition;
  readonly table: CatalogTable;
  /** The name people use. */
  readonly name: string;
  /** What a migration gives to `addDualId`. */
  readonly spec: DualIdTable;
  readonly quoted: QuotedTable;
}

/** What the checks of rows work on: the entities, and the tables as they are. */
export interface DataModel {
  readonly dataSource: DataSource;
  readonly catalog: Catalog;
  /** Tables of entities with ids that exist. */
  readonly idTables: readonly IdTable[];
  /** Those with a platform type. */
  readonly enrolled: readonly IdTable[];
  /** Tables of entities with ids that are not as the checks need them. */
  readonly incomplete: readonly IncompleteTable[];
  readonly scope: RepairScope;
}

/** A table whose rows cannot be asked. */
export interface IncompleteTable {
  readonly name: string;
  /** The table or column that is missing. */
  readonly lacks: string;
}

/** Brings entities and tables together, and those that repair is to change beside them. */
export function dataModelOf(
  dataSource: DataSource,
  catalog: Catalog,
  include: readonly string[] = [],
): DataModel {
  const idTables: IdTable[] = [];
  const incomplete: IncompleteTable[] = [];
  for (const entity of dataSource.entityMetadatas) {
    const definition = definitionOf(entity.target as object);
    // The registry itself has ids, and checks of its own.
    if (!definition || entity.schema === 'dual_id') continue;
    const table = catalog.find(entity.tableName, entity.schema);
    const lacks = table ? missingColumn(table, definition) : `table ${entity.tableName}`;
    if (lacks !== undefined) incomplete.push({ name: entity.tableName, lacks });
    else idTables.push(idTableOf({ entity, definition, table: table! }, catalog));
  }
  const enrolled = idTables.filter(({ definition }) => definition.type !== undefined);
  const scope = repairScope(dataSource, catalog, include);
  return { dataSource, catalog, idTables, enrolled, incomplete, scope };
}

/** Pages over a table by its primary key, or by place where it has none. */
export function sourceOf(table: CatalogTable): RowSource {
  const types = new Map(table.columns.map(({ name, type }) => [name, type]));
  const key = keyOf(table).map((name): KeyColumn => ({ name, type: types.get(name) ?? 'text' }));
  return { table: sqlOf(table), key: key.length > 0 ? key : [{ name: 'ctid', type: 'tid' }] };
}

/** A row of a table in the words of its key, SQL expressions. */
export function keyFacts({ key }: RowSource): string {
  const values = key.map(({ name }) => `'${name} ' || r.${quoteIdentifier(name)}`);
  return `concat_ws(', ', ${values.join(', ')})`;
}

function missingColumn(
  { columns: own }: CatalogTable,
  { kind, columns, type }: DualIdDefinition,
): string | undefined {
  const needed = [
    kind === 'guid' ? undefined : columns.id,
    kind === 'reference' ? 'slug' : columns.uuid,
    type === undefined ? undefined : 'platform_type_id',
  ];
  const lost = needed.find((name) => name !== undefined && !own.some((one) => one.name === name));
  return lost && `column ${lost}`;
}

function idTableOf(
  { entity, definition, table }: Pick<IdTable, 'entity' | 'definition' | 'table'>,
  catalog: Catalog,
): IdTable {
  const spec = specOf(entity, definition);
  const kind = definition.kind === 'guid' ? 'guid' : 'dual';
  return {
    entity,
    definition,
    table,
    name: catalog.nameOf(table),
    spec,
    quoted: { ...quoted(spec, kind), table: sqlOf(table) },
  };
}

/** The class says which columns name the passport, and which one marks a deleted row. */
export function specOf(entity: EntityMetadata, definition: DualIdDefinition): DualIdTable {
  const namedBy = definition.named.flatMap(
    (property) => entity.findColumnWithPropertyPath(property)?.databaseName ?? [],
  );
  const deletedAt = entity.deleteDateColumn?.databaseName;
  const { table, schema, type, startWith, columns } = definition;
  return {
    table,
    ...(schema === undefined ? {} : { schema }),
    ...(type === undefined ? {} : { type: { id: type, name: '' } }),
    startWith,
    columns,
    namedBy,
    ...(deletedAt === undefined ? {} : { deletedAt }),
  };
}
