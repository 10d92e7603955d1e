import type { SchemaChange, SchemaChangeKind, Names } from '../change.js';
import { stopsWriters } from './locks.js';
import type { SafetyRule, Situation } from './rule.js';
import {
  allowed,
  indexName,
  inTransaction,
  lockTimeout,
  withoutTransaction,
  run,
} from './safe-form.js';
import type { SafeStep } from './safe-form.js';

/** A constraint that holds for new rows at once, and for the others once they are checked. */
function validatedLater(names: Names, made: string, example: string): readonly SafeStep[] {
  const { table = 'orders', name = made, definition = example } = names;
  const add = `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition} NOT VALID`;
  return [
    inTransaction(lockTimeout, run(add)),
    inTransaction(run(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`)),
  ];
}

/** A constraint that takes over an index built beside the work of others. */
function fromIndex(names: Names, kind: string, made: string): readonly SafeStep[] {
  const { table = 'orders', column = 'id', name = made } = names;
  return [
    withoutTransaction(
      run(`DROP INDEX CONCURRENTLY IF EXISTS ${indexName(table, name)}`),
      run(
        `CREATE UNIQUE INDEX CONCURRENTLY ${name} ON ${table} ${names.definition ?? `(${column})`}`,
      ),
    ),
    inTransaction(
      lockTimeout,
      run(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${kind} USING INDEX ${name}`),
    ),
  ];
}

const isAdded =
  (kind: SchemaChangeKind, ...unless: readonly ('not-valid' | 'using-index' | 'unscanned')[]) =>
  ({ traits, table, ...change }: SchemaChange, { isNew }: Situation) =>
    change.kind === kind && !unless.some((trait) => traits.has(trait)) && !isNew(table);

/** Rules on constraints. */
export const constraintRules: readonly SafetyRule[] = [
  {
    name: 'add-foreign-key-without-not-valid',
    why: 'Checking all rows blocks writes to both tables.',
    finds: isAdded('add-foreign-key', 'not-valid', 'unscanned'),
    safeForm: (names) =>
      validatedLater(names, 'orders_user_fk', 'FOREIGN KEY (user_id) REFERENCES users (id)'),
  },
  {
    name: 'add-check-without-not-valid',
    why: 'Checking all rows blocks reads and writes of the table.',
    finds: isAdded('add-check', 'not-valid'),
    safeForm: (names) => validatedLater(names, 'orders_total_ck', 'CHECK (total >= 0)'),
  },
  {
    name: 'validate-in-same-transaction',
    why: 'The transaction still holds the lock of its earlier change, so nobody writes while all rows are checked.',
    finds: ({ kind, table }, { transaction, before }) =>
      kind === 'validate-constraint' &&
      before.some((one) => transaction.includes(one) && one.table === table && stopsWriters(one)),
    safeForm: (names) => validatedLater(names, 'orders_total_ck', 'CHECK (total >= 0)'),
  },
  {
    name: 'add-unique-constraint-without-index',
    why: 'The index of the constraint is built while nobody can read or write the table.',
    finds: isAdded('add-unique', 'using-index'),
    safeForm: (names) => fromIndex(names, 'UNIQUE', 'orders_number_uq'),
  },
  {
    name: 'add-primary-key-without-index',
    why: 'The index of the key is built, and its columns are checked for nulls, while nobody can read or write the table.',
    finds: isAdded('add-primary-key', 'using-index'),
    safeForm: (names) => {
      const [built, added] = fromIndex(names, 'PRIMARY KEY', 'orders_pk');
      return [
        built!,
        { ...added!, lines: ['// The columns are NOT NULL already.', ...added!.lines] },
      ];
    },
  },
  {
    name: 'add-exclusion-constraint',
    why: 'An exclusion constraint can neither be added NOT VALID nor take over an index, so it is built while nobody can read or write the table.',
    finds: isAdded('add-exclusion'),
    safeForm: ({
      table = 'bookings',
      name = 'bookings_no_overlap',
      definition = 'EXCLUDE USING gist (during WITH &&)',
    }) => [
      inTransaction(
        lockTimeout,
        ...allowed(
          'add-exclusion-constraint',
          'the table is small enough to be locked for the time of the build',
          `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`,
        ),
      ),
    ],
  },
];
