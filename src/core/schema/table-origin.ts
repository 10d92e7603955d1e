import { constraintName } from '../sql/constraint-name.js';
import { quoteIdentifier, quoteText } from '../sql/quoting.js';
import { idGuard } from './identity-guard.js';
import type { StandingTable, StandingUnique } from './standing-table.js';
import type { DualIdTable } from './table-spec.js';
import { quoted } from './table-spec.js';

/** What a table had of its ids before the first call of `addDualId`. */
export interface TableOrigin {
  /** How the internal id was filled, or null where the column was not there. */
  readonly id: { readonly fill: 'identity' | 'always' | 'serial' | 'nothing' } | null;
  /** Null where the column was not there. */
  readonly uuid: { readonly isNullable: boolean; readonly default: string | null } | null;
  readonly hasType: boolean;
  /** The name of its primary key, or null. */
  readonly primaryKey: string | null;
  readonly unique: StandingUnique | null;
}

const originPrefix = 'What removeDualId gives back: ';

/** What a table is before it gets its ids. */
export function originOf({ id, uuid, hasType, primaryKey, unique }: StandingTable): TableOrigin {
  const ways = { a: 'always', d: 'identity' } as const;
  const fill = (): 'serial' | 'nothing' => (id!.default === null ? 'nothing' : 'serial');
  return {
    id: id && { fill: ways[id.identity as keyof typeof ways] ?? fill() },
    uuid: uuid && { isNullable: uuid.isNullable, default: uuid.default },
    hasType,
    primaryKey,
    unique,
  };
}

/**
 * Keeps it as a comment of the table's guard, which stays with the guard for as long as that is
 * there, through dumps too. Nothing is kept of a table that had its guard before the call.
 */
export function rememberOrigin(spec: DualIdTable, standing: StandingTable): string[] {
  if (standing.isGuarded) return [];
  const guard = quoteIdentifier(constraintName(spec.table, idGuard.early));
  const text = quoteText(originPrefix + JSON.stringify(originOf(standing)));
  return [`COMMENT ON TRIGGER ${guard} ON ${quoted(spec).table} IS ${text}`];
}

/** What the comment says; undefined where there is none. */
export function recallOrigin({ comment }: StandingTable): TableOrigin | undefined {
  if (!comment?.startsWith(originPrefix)) return undefined;
  return JSON.parse(comment.slice(originPrefix.length)) as TableOrigin;
}
