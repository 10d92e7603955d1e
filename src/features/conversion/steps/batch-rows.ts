import { quoteIdentifier } from '../../../core/sql/quoting.js';

/**
 * How often a batch goes through its blocks, each time for a share of the rows. The room of rows
 * that have moved out of a full block then takes the new versions of others: those are heap-only
 * tuples, which need no entries in the indexes.
 */
export const roundsOfBatch = 4;

/** The rows of a batch whose column is not set: `$1` to `$2` are its blocks, `$3` is the round. */
export function rowsOfBatch(column: string): string {
  return `r.ctid >= $1::tid AND r.ctid < $2::tid AND r.${quoteIdentifier(column)} IS NULL
    AND (pg_catalog.hashtid(r.ctid) & ${roundsOfBatch - 1}) <= $3`;
}
