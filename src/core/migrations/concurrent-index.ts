import type { QueryRunner } from 'typeorm';
import { quoteIdentifier, quoteTable } from '../schema/names.js';
import { refuseTransaction, untilStepUnblocked, waitingLong } from './migration-session.js';

/** An index that is built while others read and write its table. */
export interface ConcurrentIndex {
  readonly name: string;
  readonly table: string;
  readonly schema?: string;
  readonly unique?: boolean;
  /** What follows the table: `(user_id)`, or `USING gin (label gin_trgm_ops) WHERE ...`. */
  readonly on: string;
}

/** What names an index. */
export type IndexName = Pick<ConcurrentIndex, 'name' | 'schema'>;

/**
 * Builds an index while others write, in a migration with `transaction = false`. A valid index of
 * the name is left as it is; one that an interrupted build left invalid is dropped and built again.
 *
 * @example
 * await createIndexConcurrently(runner, { name: 'orders_user_id_ix', table: 'orders', on: '(user_id)' });
 */
export async function createIndexConcurrently(
  runner: QueryRunner,
  index: ConcurrentIndex,
): Promise<void> {
  refuseTransaction(runner, 'createIndexConcurrently');
  if ((await isValid(runner, index)) === false) {
    await untilBuilt(runner, index);
    // The build of a process that died may have ended well.
    if ((await isValid(runner, index)) === false) await dropIndexConcurrently(runner, index);
  }
  if (await isValid(runner, index)) return;
  const { unique, name, table, schema, on } = index;
  const kind = unique ? 'UNIQUE INDEX' : 'INDEX';
  const sql = `CREATE ${kind} CONCURRENTLY ${quoteIdentifier(name)} ON ${quoteTable(table, schema)} ${on}`;
  try {
    await waitingLong(runner, () => runner.query(sql));
  } catch (error) {
    // A unique one would go on refusing rows; what is still there is dropped by the next run.
    if ((await isValid(runner, index)) === false) {
      await runner.query(dropping(index)).catch(() => undefined);
    }
    throw error;
  }
}

/** Drops an index, where it is there, while others write; with `transaction = false`. */
export async function dropIndexConcurrently(runner: QueryRunner, index: IndexName): Promise<void> {
  refuseTransaction(runner, 'dropIndexConcurrently');
  await waitingLong(runner, () => runner.query(dropping(index)));
}

function dropping({ name, schema }: IndexName): string {
  return `DROP INDEX CONCURRENTLY IF EXISTS ${quoteTable(name, schema)}`;
}

/** Undefined where there is no index of the name on the table. */
async function isValid(
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
