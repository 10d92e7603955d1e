import type { DataSource, EntityMetadata } from 'typeorm';
import type { DualIdDefinition } from '../../../core/definition/entity-definition.js';
import { definitionOf } from '../../../core/definition/entity-definition.js';
import type { DualIdTable, QuotedTable } from '../../../core/schema/table-spec.js';
import { quoted } from '../../../core/schema/table-spec.js';
import type { Catalog, CatalogTable } from '../catalog/catalog.js';
import { quotedPath } from '../catalog/catalog.js';
import type { LoggedRows } from './logged-rows.js';
import type { RepairScope } from './repair-scope.js';
import { repairScope } from './repair-scope.js';

/** A table of an entity with ids, as its class declares it. */
export interface IdTable {
  readonly entity: EntityMetadata;
  readonly definition: DualIdDefinition;
  readonly table: CatalogTable;
  /** The display name. */
  readonly name: string;
  /** What a migration passes to `addDualId`. */
  readonly spec: DualIdTable;
  readonly quoted: QuotedTable;
}

/** What the checks of rows work on: the entities, and the tables as they are. */
export interface DataModel {
  readonly dataSource: DataSource;
  readonly catalog: Catalog;
  /** Existing tables of entities with ids. */
  readonly idTables: readonly IdTable[];
  /** Those with a platform type. */
  readonly enrolled: readonly IdTable[];
  /** Tables of entities with ids that lack what the checks need. */
  readonly incomplete: readonly IncompleteTable[];
  /** Tables that the history logs; none where it is not installed. */
  readonly logged: readonly LoggedRows[];
  readonly scope: RepairScope;
}

/** A table whose rows cannot be checked. */
export interface IncompleteTable {
  readonly entity: EntityMetadata;
  readonly name: string;
  /** The table or column that is missing. */
  readonly lacks: string;
}

/** Combines entities and tables, and the additional tables that repair may change. */
export function dataModelOf(
  dataSource: DataSource,
  catalog: Catalog,
  { logged, include = [] }: Pick<DataModel, 'logged'> & { readonly include?: readonly string[] },
): DataModel {
  const idTables: IdTable[] = [];
  const incomplete: IncompleteTable[] = [];
  for (const entity of dataSource.entityMetadatas) {
    const definition = definitionOf(entity.target as object);
    // The registry itself has ids, but its own checks.
    if (!definition || entity.schema === 'dual_id') continue;
    const table = catalog.find(entity.tableName, entity.schema);
    const lacks = table ? missingColumn(table, definition) : `table ${entity.tableName}`;
    if (lacks !== undefined) incomplete.push({ entity, name: entity.tableName, lacks });
    else idTables.push(idTableOf({ entity, definition, table: table! }, catalog));
  }
  const enrolled = idTables.filter(({ definition }) => definition.type !== undefined);
  const scope = repairScope(dataSource, catalog, include);
  return { dataSource, catalog, idTables, enrolled, incomplete, logged, scope };
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
  const spec = tableSpecOf(entity, definition);
  const kind = definition.kind === 'guid' ? 'guid' : 'dual';
  return {
    entity,
    definition,
    table,
    name: catalog.nameOf(table),
    spec,
    quoted: { ...quoted(spec, kind), table: quotedPath(table) },
  };
}

/** The class declares which columns name the passport, and which one marks a deleted row. */
export function tableSpecOf(entity: EntityMetadata, definition: DualIdDefinition): DualIdTable {
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
