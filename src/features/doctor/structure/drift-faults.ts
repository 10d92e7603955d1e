import type { Catalog } from '../catalog/catalog.js';
import { keepColumns } from './dropped-columns.js';
import { renames } from './renamed-constraints.js';
import type { Fault } from './structure-check.js';

/**
 * What TypeORM would write, with the right step instead. TypeORM writes a different name as a
 * constraint to drop and one to add, and a different type as a column to drop with all its values:
 * neither is ever the fix.
 */
export function driftFaults(statements: readonly string[], catalog: Catalog): readonly Fault[] {
  const columns = keepColumns(statements, catalog);
  const names = renames(columns.rest, catalog, columns.isRemade);
  const others = names.rest.map((statement) => ({
    place: tableIn(statement),
    problem: `TypeORM would run: ${statement}`,
  }));
  return [...columns.faults, ...names.faults, ...others];
}

function tableIn(statement: string): string {
  return /"[^"]+"(?:\."[^"]+")?/.exec(statement)?.[0].replaceAll('"', '') ?? 'the database';
}
