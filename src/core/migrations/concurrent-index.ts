import type { QueryRunner } from 'typeorm';
import { quoteIdentifier, quoteTable } from '../sql/quoting.js';
import { refuseTransaction, untilStepUnblocked, waitingLong } from './migration-session.js';

/** An index built while others read and write its table. */
export interface ConcurrentIndex {
  readonly name: string;
  readonly table: string;
  readonly schema?: string;
  readonly unique?: boolean;
  /** The part after the table: `(user_id)`, or `USING gin (label gin_trgm_ops) WHERE ...`. */
  readonly on: string;
}

/** Identifies an index. */
export type IndexName = Pick<ConcurrentIndex, 'name' | 'schema'>;

/**
 * Builds an index while others write, in a migration with `transaction = false`. A valid index with
 * this name is left as it is; an invalid one, left by an interrupted build, is dropped and rebuilt.
 *
 * @example
 * await createIndexConcurrently(runner, { name: 'orders_user_id_ix', table: 'orders', on:
 * '(user_id)' });
 */
export async function createIndexConcurrently(
  runner: QueryRunner,
  index: ConcurrentIndex,
): Promise<void> {
  refuseTransaction(runner, 'createIndexConcurrently');
  if ((await isValidIndex(runner, index)) === false) {
    await untilBuilt(runner, index);
    // The build of a process that died may still have succeeded.
    if ((await isValidIndex(runner, index)) === false) await dropIndexConcurrently(runner, index);
  }
  if (await isValidIndex(runner, index)) return;
  const { unique, name, table, schema, on } = index;
  const kind = unique ? 'UNIQUE INDEX' : 'INDEX';
  const sql = `CREATE ${kind} CONCURRENTLY ${quoteIdentifier(name)} ON ${quoteTable(table, schema)} ${on}`;
  try {
    await waitingLong(runner, () => runner.query(sql));
  } catch (error) {
    // An invalid unique index would continue to refuse rows; any remainder is dropped by the next
    // run.
    if ((await isValidIndex(runner, index)) === false) {
      await runner.query(dropIndexSql(index)).catch(() => undefined);
    }
    throw error;
  }
}

/** Drops an index, if it exists, while others write; with `transaction = false`. */
export async function dropIndexConcurrently(runner: QueryRunner, index: IndexName): Promise<void> {
  refuseTransaction(runner, 'dropIndexConcurrently');
  await waitingLong(runner, () => runner.query(dropIndexSql(index)));
}

function dropIndexSql({ name, schema }: IndexName): string {
  return `DROP INDEX CONCURRENTLY IF EXISTS ${quoteTable(name, schema)}`;
}

/** Undefined if the table has no index with this name. */
async function isValidIndex(
  runner: QueryRunner,
  { name, table, schema }: ConcurrentIndex,
): Promise<boolean | undefined> {
  const rows = (await runner.query(
    `SELECT i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = to_regclass($1) AND c.relname = $2`,
    [quoteTable(table, schema), name],
  )) as { valid: boolean }[];
  return rows[0]?.valid;
}

/** Waits for a build that the server still runs for a process that died; it locks the table. */
async function untilBuilt(
  runner: QueryRunner,
  { name, table, schema }: ConcurrentIndex,
): Promise<void> {
  await untilStepUnblocked(runner, `The build of ${name}`, async () => {
    await runner.startTransaction();
    try {
      const lock = `LOCK TABLE ${quoteTable(table, schema)} IN SHARE UPDATE EXCLUSIVE MODE`;
      await waitingLong(runner, () => runner.query(lock));
    } finally {
      await runner.rollbackTransaction();
    }
  });
}
