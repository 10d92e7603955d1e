import type { EntityMetadata } from 'typeorm';
import { definitionOf } from '../../../core/definition/entity-definition.js';
import type { Catalog, CatalogTable } from '../catalog/catalog.js';
import { tableKeyOf } from '../catalog/catalog.js';

const integerTypesOfKeys = ['smallint', 'integer', 'bigint'];

/**
 * The command that gives a live table the ids that its entity declares; undefined where the table
 * has them, or where no conversion makes them. The DTO is right, the database is wrong.
 */
export function conversionFix(
  entity: EntityMetadata,
  table: CatalogTable,
  catalog: Catalog,
): string | undefined {
  const wanted = keyConversion(entity, table) ?? linkConversion(entity, table);
  if (wanted === undefined) return undefined;
  const name = [table.schema, table.table].map(wordOf).join('.');
  const place = table.schema === catalog.defaultSchema ? wordOf(table.table) : name;
  const quoted = place.includes('"') ? `'${place}'` : place;
  return `The DTO is right, the database is wrong: run \`dual-id convert run ${quoted} --to ${wanted}\`.`;
}

function keyConversion(entity: EntityMetadata, table: CatalogTable): string | undefined {
  const definition = definitionOf(entity.target as object);
  const [key, second] = tableKeyOf(table);
  if (!definition || key === undefined || second !== undefined) return undefined;
  const { id, uuid } = definition.columns;
  const has = (name: string) => table.columns.some((column) => column.name === name);
  const type = table.columns.find(({ name }) => name === key)?.type ?? '';
  const named = (option: string, name: string, usual: string) =>
    name === usual ? '' : ` --${option} ${name}`;
  if (integerTypesOfKeys.includes(type) && !has(uuid) && definition.kind !== 'reference') {
    const kind = definition.kind === 'guid' ? 'uuid-key' : 'add-uuid';
    return `${kind}${named('uuid-column', uuid, 'uuid')}`;
  }
  if (definition.kind === 'dual' && key === uuid && !has(id)) {
    return `add-bigint${named('id-column', id, 'internal_id')}`;
  }
  return undefined;
}

function linkConversion(entity: EntityMetadata, { columns }: CatalogTable): string | undefined {
  const has = (name: string) => columns.some((column) => column.name === name);
  const wants = entity.columns.some(({ databaseName }) => databaseName === 'master_uuid');
  return wants && has('master_id') && !has('master_uuid') ? 'add-master-uuid' : undefined;
}

/** A name as SQL reads it. */
function wordOf(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
