import type { DataSource } from 'typeorm';
import type { Catalog, CatalogTable } from '../catalog/catalog.js';
import { pathOf } from '../catalog/catalog.js';

/** Which tables repair may change. */
export interface RepairScope {
  /** Tables of entities, and the library's own. */
  readonly mapped: ReadonlySet<CatalogTable>;
  /** Tables that were requested by name. */
  readonly included: ReadonlySet<CatalogTable>;
}

/** The scope of a repair that names some tables, as findings name them. */
export function repairScope(
  { entityMetadatas }: DataSource,
  catalog: Catalog,
  names: readonly string[],
): RepairScope {
  const entities = new Set(
    entityMetadatas.map(({ tableName, schema }) => catalog.find(tableName, schema)),
  );
  const isOurs = (table: CatalogTable) => table.schema === 'dual_id' || entities.has(table);
  return {
    mapped: new Set(catalog.tables.filter(isOurs)),
    included: new Set(names.map((name) => tableNamed(name, catalog))),
  };
}

/**
 * Whether repair may change rows of a table: that of an entity, or one requested by name. The
 * meaning of a table that no entity maps is unknown here.
 */
export function mayRepair(
  { scope }: { readonly scope: RepairScope },
  table: CatalogTable,
): boolean {
  return scope.mapped.has(table) || scope.included.has(table);
}

/** The next step for rows that repair leaves alone, with the statement that would fix them. */
export function byHand(
  why: string,
  statement: string,
  table: CatalogTable,
  { catalog }: { readonly catalog: Catalog },
): string {
  const name = catalog.nameOf(table);
  return `Repair leaves them alone, because ${why}. Look at the rows, then run: ${statement}; or have repair do it: dual-id doctor --data --repair --include ${name}`;
}

function tableNamed(name: string, catalog: Catalog): CatalogTable {
  const table = catalog.tables.find((one) => catalog.nameOf(one) === name || pathOf(one) === name);
  if (table) return table;
  throw new Error(
    `There is no table ${name}. Name it as in the findings: orders, billing.invoices.`,
  );
}
