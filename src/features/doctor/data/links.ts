import type { Catalog, CatalogTable } from '../catalog/catalog.js';
import { pathOf } from '../catalog/catalog.js';
import type { DataModel } from './data-model.js';

/** Columns of one table that refer to a row of another. */
export interface Link {
  readonly table: CatalogTable;
  readonly columns: readonly string[];
  readonly target: CatalogTable;
  readonly targetColumns: readonly string[];
}

/**
 * Every link: PostgreSQL's foreign keys, and those that the entities declare, because rows dangle
 * where a foreign key was dropped.
 */
export function linksOf({ dataSource, catalog }: DataModel): readonly Link[] {
  const declared = dataSource.entityMetadatas.flatMap(({ foreignKeys }) =>
    foreignKeys.flatMap(({ entityMetadata, referencedEntityMetadata, ...key }) => {
      const table = catalog.find(entityMetadata.tableName, entityMetadata.schema);
      const to = referencedEntityMetadata;
      const target = catalog.find(to.tableName, to.schema);
      const columns = key.columns.map(({ databaseName }) => databaseName);
      const targetColumns = key.referencedColumns.map(({ databaseName }) => databaseName);
      return table && target ? [{ table, columns, target, targetColumns }] : [];
    }),
  );
  const links = [...catalog.tables.flatMap((table) => keptLinks(table, catalog)), ...declared];
  return [...new Map(links.map((link) => [linkKey(link), link])).values()].filter(hasColumns);
}

/** Whether a link holds both ids of a passport, as `addMasterLink` creates it. */
export function isMasterLink({ target, targetColumns }: Link): boolean {
  return pathOf(target) === 'dual_id.passports' && targetColumns.toSorted().join() === 'id,uuid';
}

/** A partitioned service, and the name under which it claims passports. */
export interface ClaimingTable {
  readonly table: CatalogTable;
  readonly service: string;
}

/** The tables whose triggers claim passports, as `addMasterLink` creates them. */
export function claimingTables({ catalog }: DataModel): readonly ClaimingTable[] {
  return catalog.tables.flatMap((table) => {
    const claim = table.triggers.find(({ functionName }) => functionName === claimFunction);
    return claim ? [{ table, service: claim.args[0]! }] : [];
  });
}

/** What the trigger of a claim runs. */
export const claimFunction = 'dual_id.claim_master';

/** Whether a table holds the edges between passports. */
export function isEdgeTable(table: CatalogTable): boolean {
  return pathOf(table) === 'dual_id.relations';
}

function keptLinks(table: CatalogTable, catalog: Catalog): readonly Link[] {
  return table.constraints.flatMap(({ kind, columns, target: path, targetColumns }) => {
    const target = kind === 'f' && path !== null ? catalog.at(path) : undefined;
    return target ? [{ table, columns, target, targetColumns }] : [];
  });
}

function linkKey({ table, columns, target, targetColumns }: Link): string {
  const pairs = columns.map((column, at) => `${column}=${targetColumns[at]}`).toSorted();
  return `${pathOf(table)} ${pathOf(target)} ${pairs.join(',')}`;
}

/** What a migration has yet to create cannot be checked. */
function hasColumns({ table, columns, target, targetColumns }: Link): boolean {
  const has = ({ columns: own }: CatalogTable, names: readonly string[]) =>
    names.every((name) => own.some((column) => column.name === name));
  return has(table, columns) && has(target, targetColumns);
}
