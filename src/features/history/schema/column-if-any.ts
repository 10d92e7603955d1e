import { quoteIdentifier } from '../../../core/sql/quoting.js';

/**
 * A column of a row, or null once the column is renamed or dropped: a name that the row does not
 * have is found one level further out.
 */
export function columnIfAny(row: string, name: string, type: string): string {
  const column = quoteIdentifier(name);
  return `(SELECT (SELECT ${column} FROM (SELECT ${row}.*) q)
    FROM (SELECT NULL::${type} AS ${column}) f)`;
}
