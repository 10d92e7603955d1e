import { idGuard, linkGuard } from '../../../core/schema/identity-guard.js';
import { constraintName } from '../../../core/schema/names.js';
import type { CatalogTable } from '../catalog/catalog.js';
import { sqlOf } from '../catalog/catalog.js';
import type { LiftedTrigger } from './data-check.js';
import type { IdTable } from './data-model.js';

/** The triggers that keep id, uuid and type of a table's rows as they are. */
export function rowGuard({ quoted, spec }: IdTable): readonly LiftedTrigger[] {
  return [idGuard.early, idGuard.late].map((suffix) => ({
    table: quoted.table,
    trigger: constraintName(spec.table, suffix),
  }));
}

/** The triggers that keep the link of a service's row to its passport. */
export function linkGuardOf(table: CatalogTable): readonly LiftedTrigger[] {
  return [linkGuard.early, linkGuard.late].map((suffix) => ({
    table: sqlOf(table),
    trigger: constraintName(table.table, suffix),
  }));
}
