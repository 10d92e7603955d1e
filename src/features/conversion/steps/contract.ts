import { quoteIdentifier, quoteTable, quoteText } from '../../../core/sql/quoting.js';
import type {
  ConversionPlan,
  PlannedIndex,
  PlannedReference,
  PlannedRetyping,
  TablePlace,
} from '../plan/conversion-plan.js';
import { ownName, sqlTable, written } from './names.js';
import { moveNumbers } from './moved-numbers.js';
import { moveSettings } from './moved-settings.js';
import { indexStep, lookupIndex } from './new-keys.js';
import { notNullSteps } from './not-null.js';
import { isCopied, referenceSuffixes } from './references.js';
import { retypingSuffix } from './retyping.js';
import type { ConversionStep } from './step.js';
import { dropFunctions, dropTriggers } from './triggers.js';
import { lastVerification } from './verification.js';

/** What cannot be taken back: the old columns of references go, and with them the triggers. */
export function contractSteps(plan: ConversionPlan): ConversionStep[] {
  const { references, kind } = plan;
  const tables = new Map(references.map(({ table }) => [sqlTable(table), table]));
  const ofReferences = [
    lastVerification(plan),
    // An index of several columns is made a key with the first of them: all have to be set by then.
    ...references
      .filter(({ isRequired }) => isRequired)
      .flatMap(({ table, twin }) => notNullSteps(table, twin.name, 'contract')),
    ...[...tables.values()].flatMap((table) => contractChild(plan, table)),
  ];
  return kind === 'add-master-uuid' ? ofReferences : [...ofReferences, contractTable(plan)];
}

/** All references of one table at once: an index over two of them has no time between. */
function contractChild(plan: ConversionPlan, table: TablePlace): ConversionStep[] {
  const references = plan.references.filter((one) => sqlTable(one.table) === sqlTable(table));
  const unique = references.flatMap(({ indexes }) => indexes).filter(({ isUnique }) => isUnique);
  const columns = references.map(({ column }) => column.name).join(' and ');
  const isAlone = plan.kind === 'add-master-uuid' || sqlTable(table) === sqlTable(plan.table);
  return [
    ...unique.map((index) => indexStep(table, index, index.newName, 'contract')),
    {
      name: `contract ${columns} of ${written(table)}`,
      phase: 'contract',
      work: {
        kind: 'transaction',
        locks: isAlone ? [table] : [plan.table, table],
        statements: references.flatMap((reference) => contractStatements(plan, reference)),
      },
      undo: [],
      isFinal: true,
    },
    ...unique.map((index): ConversionStep => {
      const name = lookupIndex(index);
      const work = { kind: 'drop-index', schema: table.schema, name } as const;
      return { name: `drop index ${name}`, phase: 'contract', work, undo: [], isFinal: true };
    }),
  ];
}

function contractStatements(plan: ConversionPlan, reference: PlannedReference): string[] {
  const { table, constraint, column, twin, indexes } = reference;
  const drop = [
    ...(isCopied(plan) ? [moveSettings(table, reference)] : []),
    ...(reference.definition === null ? [] : [dropConstraint(table, constraint)]),
    `ALTER TABLE ${sqlTable(table)} DROP COLUMN ${quoteIdentifier(column.name)}`,
    ...(isCopied(plan) ? takeName(table, reference) : []),
  ];
  return [
    ...dropTriggers(table, referenceSuffixes(plan, twin.name)),
    ...dropFunctions(table, referenceSuffixes(plan, twin.name)),
    ...(plan.kind === 'add-master-uuid' ? [] : drop),
    ...takeConstraints(table, indexes),
    ...takeNames(table, indexes, isCopied(plan)),
    ...(isCopied(plan) && reference.definition !== null
      ? [renameConstraint(table, reference.newConstraint, constraint)]
      : []),
  ];
}

function contractTable(plan: ConversionPlan): ConversionStep {
  const { table, added, key, names, retyping } = plan;
  const alter = `ALTER TABLE ${sqlTable(table)}`;
  const column = quoteIdentifier(added.name);
  const end = {
    'random-uuid': [`${alter} ALTER COLUMN ${column} SET DEFAULT gen_random_uuid()`],
    'time-uuid': [],
    'creation-order': [
      identityAfter(table, added.name, ownName(table, 'ids')),
      `DROP TABLE IF EXISTS ${ownName(table, 'numbers')}`,
      `DROP SEQUENCE ${ownName(table, 'ids')}`,
    ],
    registry: [],
  }[added.value];
  const movesKey = plan.kind !== 'add-uuid';
  return {
    name: `contract ${written(table)}`,
    phase: 'contract',
    work: {
      kind: 'transaction',
      locks: [table],
      statements: [
        ...dropTriggers(table, ['fill', ...(retyping ? [retypingSuffix(retyping)] : [])]),
        ...dropFunctions(table, ['fill', ...(retyping ? [retypingSuffix(retyping)] : [])]),
        ...end,
        ...(movesKey ? [renameConstraint(table, key.constraint, names.oldKey)] : []),
        ...(retyping === null ? [] : retype(plan, retyping)),
      ],
    },
    undo: [],
    isFinal: true,
  };
}

/** Brings the twin of the key under the name of the key. */
function retype(plan: ConversionPlan, retyping: PlannedRetyping): string[] {
  const { table, key } = plan;
  const isPrimary = plan.kind === 'add-uuid';
  return [
    moveNumbers(table, retyping),
    moveSettings(table, retyping),
    dropConstraint(table, isPrimary ? key.constraint : plan.names.oldKey),
    `ALTER TABLE ${sqlTable(table)} DROP COLUMN ${quoteIdentifier(retyping.column.name)}`,
    ...takeName(table, retyping),
    ...takeConstraints(table, retyping.indexes),
    ...takeNames(table, retyping.indexes, true),
    ...(isPrimary ? [] : [renameConstraint(table, key.constraint, plan.names.oldKey)]),
  ];
}

function takeName(
  table: TablePlace,
  { column, twin }: Pick<PlannedReference, 'column' | 'twin'>,
): string[] {
  return [
    `ALTER TABLE ${sqlTable(table)} RENAME COLUMN ${quoteIdentifier(twin.name)}
       TO ${quoteIdentifier(column.name)}`,
  ];
}

function takeConstraints(table: TablePlace, indexes: readonly PlannedIndex[]): string[] {
  return indexes
    .filter(({ constraint }) => constraint !== null)
    .map(({ newName, constraint }) => {
      const name = quoteIdentifier(newName);
      const kind = constraint === 'primary' ? 'PRIMARY KEY' : 'UNIQUE';
      return `ALTER TABLE ${sqlTable(table)} ADD CONSTRAINT ${name} ${kind} USING INDEX ${name}`;
    });
}

/** Gives indexes their names for good: of a column that keeps its name, those of the old ones. */
function takeNames(
  table: TablePlace,
  indexes: readonly PlannedIndex[],
  keepsColumn: boolean,
): string[] {
  return indexes
    .map(({ name, newName, finalName }) => [newName, keepsColumn ? name : finalName] as const)
    .filter(([newName, name]) => newName !== name)
    .map(
      ([newName, name]) => `ALTER INDEX ${quoteTable(newName, table.schema)}
        RENAME TO ${quoteIdentifier(name)}`,
    );
}

function dropConstraint(table: TablePlace, name: string): string {
  return `ALTER TABLE ${sqlTable(table)} DROP CONSTRAINT IF EXISTS ${quoteIdentifier(name)}`;
}

function renameConstraint(table: TablePlace, from: string, to: string): string {
  return `ALTER TABLE ${sqlTable(table)} RENAME CONSTRAINT ${quoteIdentifier(from)}
    TO ${quoteIdentifier(to)}`;
}

/** Makes a column an identity that goes on where a sequence is. */
function identityAfter(table: TablePlace, column: string, sequence: string): string {
  const place = `${sqlTable(table)} ALTER COLUMN ${quoteIdentifier(column)}`;
  const add = `ALTER TABLE ${place.replaceAll('%', '%%')}
    ADD GENERATED BY DEFAULT AS IDENTITY (START WITH %s)`;
  return `DO $do$ BEGIN EXECUTE format(${quoteText(add)}, nextval(${quoteText(sequence)})); END $do$`;
}
