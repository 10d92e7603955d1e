import type { Names } from '../change.js';
import type { SafetyRule } from './rule.js';
import { indexName, inTransaction, withoutTransaction, run } from './safe-form.js';
import type { SafeStep } from './safe-form.js';

const cannotBeInTransaction = ['create-index', 'drop-index', 'reindex', 'detach-partition'];

/** An index built beside the work of others; what an interrupted build left goes first. */
function builtConcurrently(names: Names): readonly SafeStep[] {
  const { table = 'orders', name = 'orders_ix' } = names;
  const { what = 'INDEX', definition = '(id)' } = names;
  return [
    withoutTransaction(
      run(`DROP INDEX CONCURRENTLY IF EXISTS ${indexName(table, name)}`),
      run(`CREATE ${what} CONCURRENTLY ${name} ON ${table} ${definition}`),
    ),
  ];
}

/** Rules on indexes and materialized views. */
export const indexRules: readonly SafetyRule[] = [
  {
    name: 'add-index-not-concurrently',
    why: 'CREATE INDEX blocks writes to the table until the index is built.',
    finds: ({ kind, traits, table }, { isNew }) =>
      kind === 'create-index' && !traits.has('concurrently') && !isNew(table),
    safeForm: builtConcurrently,
  },
  {
    name: 'drop-index-not-concurrently',
    why: 'DROP INDEX waits for every query on the table, and all later queries wait behind it.',
    finds: ({ kind, traits, table }, { isNew }) =>
      kind === 'drop-index' && !traits.has('concurrently') && !isNew(table),
    safeForm: ({ name = 'orders_ix' }) => [
      withoutTransaction(run(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`)),
    ],
  },
  {
    name: 'concurrently-in-transaction',
    why: 'PostgreSQL refuses CONCURRENTLY in a transaction, and in a query of several statements.',
    finds: ({ kind, traits }, { isInTransaction }) =>
      cannotBeInTransaction.includes(kind) &&
      traits.has('concurrently') &&
      (isInTransaction || traits.has('batched')),
    safeForm: builtConcurrently,
  },
  {
    name: 'concurrent-index-if-not-exists',
    why: 'An interrupted build leaves an invalid index, which IF NOT EXISTS takes for the real one.',
    finds: ({ kind, traits }) =>
      kind === 'create-index' && traits.has('concurrently') && traits.has('if-not-exists'),
    safeForm: builtConcurrently,
  },
  {
    name: 'misspelt-concurrently',
    why: 'TypeORM before 0.3.21 wrote CREATE CONCURRENTLY INDEX, which is a syntax error (typeorm/typeorm#10626).',
    finds: ({ kind }) => kind === 'misspelt-concurrently',
    safeForm: builtConcurrently,
  },
  {
    name: 'reindex-not-concurrently',
    why: 'REINDEX blocks writes to the table, and most queries too.',
    finds: ({ kind, traits, table }, { isNew, postgres }) =>
      kind === 'reindex' && !traits.has('concurrently') && !isNew(table) && postgres >= 12,
    safeForm: ({ name = 'INDEX orders_ix', table }) => [
      withoutTransaction(run(`REINDEX ${reindexed(name, table)}`)),
    ],
  },
  {
    name: 'refresh-not-concurrently',
    why: 'REFRESH MATERIALIZED VIEW blocks reads of the view until it is filled.',
    finds: ({ kind, traits, table }, { isNew }) =>
      kind === 'refresh-view' && !traits.has('concurrently') && !isNew(table),
    safeForm: ({ name = 'order_totals' }) => [
      inTransaction(
        '// The view needs a unique index over all of its rows.',
        run(`REFRESH MATERIALIZED VIEW CONCURRENTLY ${name}`),
      ),
    ],
  },
];

/** `TABLE orders` as `TABLE CONCURRENTLY orders`. */
function reindexed(name: string, table: string | undefined): string {
  const [what = 'INDEX', ...rest] = name.split(' ');
  return `${what} CONCURRENTLY ${table ?? rest.join(' ')}`;
}
