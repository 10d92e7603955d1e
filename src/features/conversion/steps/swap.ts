import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type { ConversionPlan, PlannedReference } from '../plan/conversion-plan.js';
import { sqlTable, written } from './names.js';
import { newKeyIndex, oldKeyIndexes } from './passing-indexes.js';
import { tablesToLock } from './new-keys.js';
import type { ConversionStep, Work } from './step.js';

/** Builds the index that holds the old key unique once it is no longer the primary one. */
export function prepareSwap(plan: ConversionPlan): ConversionStep {
  const { table, key } = plan;
  const [name] = oldKeyIndexes(plan);
  return {
    name: `index ${key.name} of ${written(table)}`,
    phase: 'index',
    work: { kind: 'index', table, name, isUnique: true, on: `(${quoteIdentifier(key.name)})` },
    undo: [{ kind: 'drop-index', schema: table.schema, name }],
  };
}

/**
 * Moves the primary key to the new column, and nothing else: the old key keeps its column, its
 * constraint's name, as a unique one, and the foreign keys to it, which are checked again while
 * clients write.
 */
export function swapSteps(plan: ConversionPlan): ConversionStep[] {
  const { table } = plan;
  return [
    {
      name: `swap the keys of ${written(table)}`,
      phase: 'swap',
      work: { kind: 'transaction', locks: tablesToLock(plan), statements: swapStatements(plan) },
      undo: swapBack(plan),
    },
    ...plan.references.map(checkAgain),
  ];
}

function swapStatements(plan: ConversionPlan): string[] {
  const { table, key, names } = plan;
  const alter = `ALTER TABLE ${sqlTable(table)}`;
  return [
    ...dropOldReferences(plan),
    `${alter} DROP CONSTRAINT ${quoteIdentifier(key.constraint)}`,
    `${alter} ADD CONSTRAINT ${quoteIdentifier(key.constraint)}
       UNIQUE USING INDEX ${quoteIdentifier(oldKeyIndexes(plan)[0])}`,
    `${alter} ADD CONSTRAINT ${quoteIdentifier(names.newKey)}
       PRIMARY KEY USING INDEX ${quoteIdentifier(newKeyIndex(plan))}`,
    ...addOldReferences(plan),
  ];
}

/** One more swap: the old key needs another index, as one that a constraint has taken stays its. */
function swapBack(plan: ConversionPlan): Work[] {
  const { table, key, names } = plan;
  const alter = `ALTER TABLE ${sqlTable(table)}`;
  const [, again] = oldKeyIndexes(plan);
  return [
    { kind: 'index', table, name: again, isUnique: true, on: `(${quoteIdentifier(key.name)})` },
    {
      kind: 'transaction',
      locks: tablesToLock(plan),
      statements: [
        ...dropOldReferences(plan),
        ...plan.references.map(
          (reference) => `ALTER TABLE ${sqlTable(reference.table)}
            DROP CONSTRAINT IF EXISTS ${quoteIdentifier(reference.newConstraint)}`,
        ),
        `${alter} DROP CONSTRAINT ${quoteIdentifier(names.newKey)}`,
        `${alter} DROP CONSTRAINT ${quoteIdentifier(key.constraint)}`,
        `${alter} ADD CONSTRAINT ${quoteIdentifier(key.constraint)}
           PRIMARY KEY USING INDEX ${quoteIdentifier(again)}`,
        ...addOldReferences(plan),
      ],
    },
    ...plan.references.map((reference) => checkAgain(reference).work),
  ];
}

function dropOldReferences({ references }: ConversionPlan): string[] {
  return references.map(
    ({ table, constraint }) =>
      `ALTER TABLE ${sqlTable(table)} DROP CONSTRAINT IF EXISTS ${quoteIdentifier(constraint)}`,
  );
}

function addOldReferences({ references }: ConversionPlan): string[] {
  return references.map(
    ({ table, constraint, definition }) => `ALTER TABLE ${sqlTable(table)}
      ADD CONSTRAINT ${quoteIdentifier(constraint)} ${definition} NOT VALID`,
  );
}

function checkAgain({ table, constraint }: PlannedReference): ConversionStep {
  const name = quoteIdentifier(constraint);
  return {
    name: `check ${constraint} of ${written(table)}`,
    phase: 'observe',
    work: {
      kind: 'long',
      statements: [`ALTER TABLE ${sqlTable(table)} VALIDATE CONSTRAINT ${name}`],
    },
    undo: [],
  };
}
