import type { SchemaChange } from '../change.js';
import { stopsWriters } from './locks.js';
import type { SafetyRule, Situation } from './rule.js';
import { batchLines, inTransaction, lockTimeout, withoutTransaction, run } from './safe-form.js';

/** A change without a table is a setting, or drops an index of a table it does not name. */
const stops = (change: SchemaChange, { isNew }: Situation) =>
  stopsWriters(change) &&
  !isNew(change.table) &&
  (change.table !== undefined || change.kind === 'drop-index');

/** SET LOCAL ends with its transaction, and does nothing outside of one. */
function hasLockTimeout({ before, transaction }: Situation): boolean {
  return before.some(
    (one) =>
      one.kind === 'set-lock-timeout' && (!one.traits.has('local') || transaction.includes(one)),
  );
}

/** Rules on rows, locks and transactions. */
export const transactionRules: readonly SafetyRule[] = [
  {
    name: 'backfill-in-schema-transaction',
    why: 'A change of many rows holds their locks, and those of the schema changes beside it, until all of it commits.',
    finds: (change, situation) =>
      change.kind === 'change-rows' &&
      !situation.isNew(change.table) &&
      (!change.traits.has('where') || situation.transaction.some((one) => stops(one, situation))),
    safeForm: ({ table = 'orders', what, column = 'note', definition = "SET note = ''" }) => [
      withoutTransaction(
        '// A condition that is false once a row is done.',
        ...(what === 'DELETE'
          ? batchLines(table, `DELETE FROM ${table}`, 'true')
          : batchLines(table, `UPDATE ${table} ${definition}`, `${column} IS NULL`)),
      ),
    ],
  },
  {
    name: 'missing-lock-timeout',
    why: 'While the statement waits for a lock everybody else waits behind it, and without a lock_timeout that has no end.',
    isOnce: true,
    finds: (change, situation) => stops(change, situation) && !hasLockTimeout(situation),
    safeForm: () => [
      inTransaction(
        lockTimeout,
        '// The statements as they are. Outside of a transaction: SET instead of SET LOCAL.',
      ),
    ],
  },
  {
    name: 'add-enum-value-in-transaction',
    why: 'A new value of an enum cannot be used in the transaction that adds it, and before PostgreSQL 12 not even be added.',
    finds: ({ kind, strings: [value] }, { isInTransaction, transaction, after, postgres }) =>
      kind === 'add-enum-value' &&
      isInTransaction &&
      (postgres < 12 ||
        after.some((one) => transaction.includes(one) && one.strings.includes(value ?? ''))),
    safeForm: ({ name = 'order_status', newName = 'paid' }) => [
      withoutTransaction(run(`ALTER TYPE ${name} ADD VALUE IF NOT EXISTS '${newName}'`)),
      inTransaction(`// What uses '${newName}'.`),
    ],
  },
  {
    name: 'advisory-lock-with-concurrently',
    why: 'A session that waits for an advisory lock holds a snapshot that CONCURRENTLY waits for: two deployments deadlock.',
    finds: ({ kind }, { before, after }) =>
      kind === 'advisory-lock' &&
      [...before, ...after].some(({ traits }) => traits.has('concurrently')),
    safeForm: () => [
      withoutTransaction(
        `const tried = await queryRunner.query(\`SELECT pg_try_advisory_lock(7) AS taken\`);`,
        `if (!tried[0].taken) throw new Error('Another deployment migrates. Run it again later.');`,
        run('CREATE INDEX CONCURRENTLY orders_total_ix ON orders (total)'),
        run('SELECT pg_advisory_unlock(7)'),
      ),
    ],
  },
  {
    name: 'disable-triggers',
    why: 'Without its triggers the table takes rows that break foreign keys and that no log or search index sees.',
    finds: ({ kind, table }, { isNew }) => kind === 'disable-triggers' && !isNew(table),
    safeForm: ({ table = 'orders' }) => [
      withoutTransaction(
        '// Small batches, with all triggers.',
        ...batchLines(table, `UPDATE ${table} SET note = ''`, 'note IS NULL'),
      ),
    ],
  },
  {
    name: 'create-extension',
    why: 'A role that migrates may rarely create extensions; with IF NOT EXISTS an administrator can do it beforehand.',
    finds: ({ kind, traits }) => kind === 'create-extension' && !traits.has('if-not-exists'),
    safeForm: ({ name = 'pgcrypto' }) => [
      inTransaction(run(`CREATE EXTENSION IF NOT EXISTS ${name}`)),
    ],
  },
];
