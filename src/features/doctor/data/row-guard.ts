import { idGuard, linkGuard } from '../../../core/schema/identity-guard.js';
import { constraintName } from '../../../core/sql/constraint-name.js';
import type { CatalogTable } from '../catalog/catalog.js';
import { quotedPath } from '../catalog/catalog.js';
import type { LiftedTrigger } from './data-check.js';
import type { IdTable } from './data-model.js';

/** The triggers that keep id, uuid and type of a table's rows from changing. */
export function rowGuard({ quoted, spec }: IdTable): readonly LiftedTrigger[] {
  return [idGuard.early, idGuard.late].map((suffix) => ({
    table: quoted.table,
    trigger: constraintName(spec.table, suffix),
  }));
}

/** The triggers that keep the link of a service's row to its passport from changing. */
export function linkGuardOf(table: CatalogTable): readonly LiftedTrigger[] {
  return [linkGuard.early, linkGuard.late].map((suffix) => ({
    table: quotedPath(table),
    trigger: constraintName(table.table, suffix),
  }));
}
