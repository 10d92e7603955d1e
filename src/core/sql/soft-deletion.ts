import type { EntityMetadata } from 'typeorm';
import { nameOf } from './entity-names.js';

/**
 * ` AND t0.deleted_at IS NULL`: what leaves out rows that were deleted softly, behind another
 * condition. It is empty for an entity whose rows are deleted for good.
 */
export function andAlive({ deleteDateColumn }: EntityMetadata, alias?: string): string {
  if (!deleteDateColumn) return '';
  const deletedAt = nameOf(deleteDateColumn);
  return ` AND ${alias === undefined ? deletedAt : `${alias}.${deletedAt}`} IS NULL`;
}
