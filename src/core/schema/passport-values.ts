import { quoteIdentifier } from '../sql/quoting.js';
import type { DualIdTable } from './table-spec.js';

/** Longest name a passport keeps, in characters; longer ones are cut. */
const maxPassportNameLength = 200;

/** What a row tells its passport, as SQL. */
export interface PassportValues {
  readonly name: string;
  /** The time of the soft delete, or null while the row lives. */
  readonly deletedAt: string;
}

/** The SQL of what a row tells its passport; `row` is its alias. */
export function passportValues(spec: DualIdTable, row: string): PassportValues {
  const column = (name: string) => `${row}.${quoteIdentifier(name)}`;
  const { namedBy = [], deletedAt } = spec;
  const words = namedBy.map(column).join(', ');
  return {
    name: words ? `left(concat_ws(' ', ${words}), ${maxPassportNameLength})` : 'NULL::text',
    deletedAt: deletedAt === undefined ? 'NULL::timestamptz' : column(deletedAt),
  };
}

/** The status that goes with a time of deletion, an SQL expression. */
export function statusOf(deletedAt: string): string {
  return `CASE WHEN ${deletedAt} IS NULL THEN 'active' ELSE 'deleted' END`;
}
