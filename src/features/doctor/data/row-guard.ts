import { constraintName } from '../../../core/schema/names.js';
import type { LiftedTrigger } from './data-check.js';
import type { IdTable } from './data-model.js';

/** The trigger that keeps id, uuid and type of a table's rows as they are. */
export function rowGuard({ quoted, spec }: IdTable): LiftedTrigger {
  return { table: quoted.table, trigger: constraintName(spec.table, 'immutable') };
}
