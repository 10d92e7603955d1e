import type { SchemaChange, Names } from '../change.js';
import { safeNotNull } from './safe-not-null.js';
import type { SafetyRule, Situation } from './rule.js';
import {
  allowed,
  batchLines,
  inTransaction,
  lockTimeout,
  withoutTransaction,
  run,
} from './safe-form.js';
import type { SafeStep } from './safe-form.js';

const addStep = ({ table = 'orders', type = 'text' }: Names, column: string) =>
  inTransaction(lockTimeout, run(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`));

/** A second column that takes over: the application writes both, then reads the new one. */
function takenOver(names: Names): readonly SafeStep[] {
  const { table = 'orders', column = 'total' } = names;
  const next = names.newName ?? `new_${column.replaceAll('"', '')}`;
  return [
    addStep(names, next),
    withoutTransaction(
      '// Once the application writes both columns:',
      ...batchLines(
        table,
        `UPDATE ${table} SET ${next} = ${column}`,
        `${next} IS NULL AND ${column} IS NOT NULL`,
      ),
    ),
    dropStep(names),
  ];
}

function dropStep({ table = 'orders', column = 'total' }: Names): SafeStep {
  const sql = `ALTER TABLE ${table} DROP COLUMN ${column}`;
  return inTransaction(lockTimeout, ...allowed('drop-column', 'no running code reads it', sql));
}

/** A column whose default counts for new rows; the others are filled in batches. */
function filledLater(names: Names): readonly SafeStep[] {
  const { table = 'orders', column = 'token' } = names;
  const type = /serial/i.test(names.type ?? '') ? 'bigint' : (names.type ?? 'bigint');
  const sequence = `${`${table}_${column}`.replaceAll(/\W+/g, '_').replaceAll(/^_|_$/g, '')}_seq`;
  const value = names.value ?? `nextval('${sequence}')`;
  const alter = `ALTER TABLE ${table}`;
  return [
    inTransaction(
      lockTimeout,
      ...(names.value === undefined ? [run(`CREATE SEQUENCE ${sequence}`)] : []),
      run(`${alter} ADD COLUMN ${column} ${type}`),
      run(`${alter} ALTER COLUMN ${column} SET DEFAULT ${value}`),
    ),
    withoutTransaction(
      ...batchLines(table, `UPDATE ${table} SET ${column} = ${value}`, `${column} IS NULL`),
    ),
  ];
}

/** Whether TypeORM wrote a renamed or changed column as one that goes and one that comes. */
function isReplaced({ kind, table }: SchemaChange, { before, after }: Situation): boolean {
  const others = [...before, ...after];
  return (
    kind === 'drop-column' &&
    others.some((other) => other.kind === 'add-column' && other.table === table)
  );
}

const isKeyType = /^(?:uuid|(?:small|big)?int(?:eger)?|int[248]|(?:small|big)?serial)$/;

/** Whether a column that changes its type is a key, or refers to one. */
function isId({ names: { column = '' }, type = '' }: SchemaChange): boolean {
  const name = column.replaceAll('"', '');
  return /^(?:id|uuid)$/i.test(name) || (/(?:_id|Id)$/.test(name) && isKeyType.test(type));
}

/** Rules on columns. */
export const columnRules: readonly SafetyRule[] = [
  {
    name: 'add-column-volatile-default',
    why: 'A default that differs from row to row, an identity or a serial rewrites the table while nobody can read it.',
    finds: ({ kind, traits, table }, { isNew, postgres }) =>
      kind === 'add-column' &&
      !isNew(table) &&
      traits.has(postgres < 11 ? 'default' : 'volatile-default'),
    safeForm: filledLater,
  },
  {
    name: 'add-stored-generated-column',
    why: 'A stored generated column rewrites the table while nobody can read it.',
    finds: ({ kind, traits, table }, { isNew }) =>
      kind === 'add-column' && traits.has('stored') && !isNew(table),
    safeForm: (names) => {
      const { table = 'orders', column = 'gross', value = 'total' } = names;
      return [
        addStep(names, column),
        withoutTransaction(
          '// Once the application or a trigger writes it:',
          ...batchLines(table, `UPDATE ${table} SET ${column} = ${value}`, `${column} IS NULL`),
        ),
      ];
    },
  },
  {
    name: 'add-not-null-column-without-default',
    why: 'Rows that exist have no value for the column, so the statement fails on every table with rows.',
    finds: ({ kind, traits, table }, { isNew }) =>
      kind === 'add-column' && traits.has('not-null') && !traits.has('default') && !isNew(table),
    safeForm: (names, postgres) => {
      const { table = 'orders', column = 'note' } = names;
      return [
        addStep(names, column),
        withoutTransaction(
          ...batchLines(table, `UPDATE ${table} SET ${column} = ''`, `${column} IS NULL`),
        ),
        ...safeNotNull(names, postgres),
      ];
    },
  },
  {
    name: 'set-not-null-directly',
    why: 'SET NOT NULL reads the whole table while nobody else can, unless a validated check says the same.',
    finds: ({ kind, traits, table }, { isNew, before }) =>
      (kind === 'set-not-null' &&
        !isNew(table) &&
        !before.some((one) => one.kind === 'validate-constraint' && one.table === table)) ||
      (kind === 'add-not-null' && !traits.has('not-valid') && !isNew(table)),
    safeForm: safeNotNull,
  },
  {
    name: 'change-column-type',
    why: 'A new type rewrites the table and its indexes while nobody can read it, apart from a few pairs of types.',
    finds: (change, { isNew }) =>
      change.kind === 'change-type' && !isNew(change.table) && !isId(change),
    safeForm: takenOver,
  },
  {
    name: 'change-id-type',
    why: 'A key of another type has to change in every table that refers to it at once; a second id beside it does not.',
    finds: (change, { isNew }) =>
      ['change-type', 'recreate-column'].includes(change.kind) &&
      !isNew(change.table) &&
      isId(change),
    safeForm: ({ table = 'orders' }) => [
      inTransaction(
        '// The numeric key stays inside; a UUID beside it is what others get to see.',
        lockTimeout,
        run(`ALTER TABLE ${table} ADD COLUMN public_uuid uuid`),
        run(`ALTER TABLE ${table} ALTER COLUMN public_uuid SET DEFAULT gen_random_uuid()`),
      ),
      withoutTransaction(
        ...batchLines(
          table,
          `UPDATE ${table} SET public_uuid = gen_random_uuid()`,
          'public_uuid IS NULL',
        ),
        run(`CREATE UNIQUE INDEX CONCURRENTLY public_uuid_uq ON ${table} (public_uuid)`),
      ),
    ],
  },
  {
    name: 'change-column-recreates',
    why: "TypeORM's changeColumn drops a column whose type or length changes and adds it again: its values are lost.",
    finds: (change, { isNew }) =>
      change.kind === 'recreate-column' && !isNew(change.table) && !isId(change),
    safeForm: takenOver,
  },
  {
    name: 'drop-and-add-column',
    why: 'TypeORM generates a renamed or changed column as one that is dropped and one that is added: its values are lost.',
    finds: (change, situation) => isReplaced(change, situation) && !situation.isNew(change.table),
    safeForm: takenOver,
  },
  {
    name: 'rename-column',
    why: 'Running code still uses the old name, and fails from the moment of the rename.',
    finds: ({ kind, table }, { isNew }) => kind === 'rename-column' && !isNew(table),
    safeForm: (names) => {
      const [first, ...rest] = takenOver(names);
      const property = `// Or rename the property alone: @Column({ name: '${(names.column ?? 'total').replaceAll('"', '')}' })`;
      return [{ ...first!, lines: [property, ...first!.lines] }, ...rest];
    },
  },
  {
    name: 'drop-column',
    why: 'Running code still selects the column, for TypeORM names every column of an entity, and fails from then on.',
    finds: (change, situation) =>
      change.kind === 'drop-column' &&
      !isReplaced(change, situation) &&
      !situation.isNew(change.table),
    safeForm: (names) => [dropStep(names)],
  },
];
