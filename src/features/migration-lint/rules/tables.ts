import type { SafetyRule } from './rule.js';
import {
  allowed,
  batchLines,
  inTransaction,
  lockTimeout,
  withoutTransaction,
  run,
} from './safe-form.js';

const drops = ['drop-table', 'drop-schema', 'drop-column', 'drop-constraint'];

/** Rules on whole tables, partitions and schemas. */
export const tableRules: readonly SafetyRule[] = [
  {
    name: 'rename-table',
    why: 'Running code still uses the old name, unless a view has it from the same transaction on.',
    finds: ({ kind, table }, { isNew, after, transaction }) =>
      kind === 'rename-table' &&
      !isNew(table) &&
      !after.some(
        (one) => one.kind === 'create-view' && one.table === table && transaction.includes(one),
      ),
    safeForm: ({ table = 'orders', newName = 'purchases' }) => [
      inTransaction(
        lockTimeout,
        run(`ALTER TABLE ${table} RENAME TO ${newName}`),
        run(`CREATE VIEW ${table} AS SELECT * FROM ${newName}`),
      ),
    ],
  },
  {
    name: 'rename-schema',
    why: 'Running code and every function with a search path still use the old name.',
    finds: ({ kind }) => kind === 'rename-schema',
    safeForm: ({ newName = 'archive' }) => [
      inTransaction(
        '// A second schema; the tables move one by one, each with a view in its old place.',
        run(`CREATE SCHEMA ${newName}`),
      ),
    ],
  },
  {
    name: 'drop-table',
    why: 'Running code still reads the table, and what is gone is only in a backup.',
    finds: ({ kind, table }, { isNew }) => kind === 'drop-table' && !isNew(table),
    safeForm: ({ table = 'orders' }) => [
      inTransaction(
        lockTimeout,
        ...allowed('drop-table', 'no running code reads it', `DROP TABLE ${table}`),
      ),
    ],
  },
  {
    name: 'drop-cascade',
    why: 'CASCADE also drops the views, keys and columns of others that depend on it, unseen.',
    finds: ({ kind, traits }) => drops.includes(kind) && traits.has('cascade'),
    safeForm: () => [
      inTransaction(
        lockTimeout,
        '// Each dependent thing by its name; the statement fails if one was forgotten.',
        run('DROP VIEW IF EXISTS open_orders'),
        ...allowed('drop-table', 'no running code reads it', 'DROP TABLE orders'),
      ),
    ],
  },
  {
    name: 'truncate',
    why: 'TRUNCATE waits for every query on the table, all later queries wait behind it, and every row is gone.',
    finds: ({ kind, table }, { isNew }) => kind === 'truncate' && !isNew(table),
    safeForm: ({ table = 'orders' }) => [
      withoutTransaction(...batchLines(table, `DELETE FROM ${table}`, 'true')),
    ],
  },
  {
    name: 'rewrite-table',
    why: 'CLUSTER, VACUUM FULL and changes of persistence, tablespace or access method rewrite the table while nobody can read it.',
    finds: ({ kind, table }, { isNew }) => kind === 'rewrite-table' && !isNew(table),
    safeForm: ({ table = 'orders' }) => [
      withoutTransaction(
        '// Space is used again without a rewrite.',
        run(`VACUUM (ANALYZE) ${table}`),
      ),
    ],
  },
  {
    name: 'attach-partition-without-check',
    why: 'Nobody can read the new partition while all its rows are checked, unless a validated check says what its bounds say.',
    finds: ({ kind, newTable }, { isNew, before }) =>
      kind === 'attach-partition' &&
      !isNew(newTable) &&
      !before.some((one) => one.kind === 'validate-constraint' && one.table === newTable),
    safeForm: ({ table = 'events', name = 'events_2026' }) => [
      inTransaction(
        lockTimeout,
        run(
          `ALTER TABLE ${name} ADD CONSTRAINT bounds CHECK (made_at IS NOT NULL AND made_at >= '2026-01-01' AND made_at < '2027-01-01') NOT VALID`,
        ),
      ),
      inTransaction(
        lockTimeout,
        run(`ALTER TABLE ${name} VALIDATE CONSTRAINT bounds`),
        run(
          `ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`,
        ),
      ),
    ],
  },
  {
    name: 'detach-partition-not-concurrently',
    why: 'DETACH PARTITION waits for every query on the partitioned table, and all later queries wait behind it.',
    finds: ({ kind, traits, table }, { isNew, postgres }) =>
      kind === 'detach-partition' && !traits.has('concurrently') && !isNew(table) && postgres >= 14,
    safeForm: ({ table = 'events', name = 'events_2025' }) => [
      withoutTransaction(run(`ALTER TABLE ${table} DETACH PARTITION ${name} CONCURRENTLY`)),
    ],
  },
];
