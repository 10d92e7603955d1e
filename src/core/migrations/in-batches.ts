import type { QueryRunner } from 'typeorm';
import { problem } from '../errors/problem.js';
import { quoteIdentifier, quoteTable, quoteText } from '../sql/quoting.js';
import { refuseTransaction, untilStepUnblocked } from './migration-session.js';

/** A table that a step walks in key order. */
export interface BatchedTable {
  readonly table: string;
  readonly schema?: string;
  /** A unique column with an index. Default `id`. */
  readonly key?: string;
  /** Rows per batch. Default 2,000. */
  readonly size?: number;
}

/**
 * Changes the rows of a large table in batches, each in its own short transaction, in a migration
 * with `transaction = false`. The statement gets a condition that selects its rows. Excluding
 * finished rows makes the step quick to rerun after a crash.
 *
 * @example
 * await inBatches(runner, { table: 'orders' }, (rows) =>
 *   `UPDATE orders SET total = subtotal + tip WHERE total IS NULL AND ${rows}`);
 */
export async function inBatches(
  runner: QueryRunner,
  batched: BatchedTable,
  statement: (rows: string) => string,
): Promise<void> {
  refuseTransaction(runner, 'inBatches');
  const { table, schema, key = 'id', size = 2_000 } = batched;
  if (!Number.isInteger(size) || size < 1) {
    throw problem('misuse', { detail: `A batch of ${table} has ${size} rows.` });
  }
  const name = quoteIdentifier(key);
  const after = (last: string | undefined) =>
    last === undefined ? 'true' : `${name} > ${quoteText(last)}`;
  let last: string | undefined;
  do {
    const first = after(last);
    last = await lastKeyOf(runner, { table: quoteTable(table, schema), name, first, size });
    // Rows inserted while the last batch runs belong to it.
    const rows = last === undefined ? first : `${first} AND ${name} <= ${quoteText(last)}`;
    await untilStepUnblocked(runner, `A batch of ${table}`, () =>
      runner.query(statement(`(${rows})`)),
    );
  } while (last !== undefined);
}

interface RowBatch {
  readonly table: string;
  readonly name: string;
  readonly first: string;
  readonly size: number;
}

/** The key of a batch's last row; undefined if fewer rows are left than a batch has. */
async function lastKeyOf(
  runner: QueryRunner,
  { table, name, first, size }: RowBatch,
): Promise<string | undefined> {
  const rows = (await runner.query(
    `SELECT b.${name}::text AS key FROM ${table} b WHERE ${first}
     ORDER BY b.${name} OFFSET ${size - 1} LIMIT 1`,
  )) as { key: string }[];
  return rows[0]?.key;
}
