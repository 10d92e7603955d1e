import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type { ConversionPlan, PlannedRetyping } from '../plan/conversion-plan.js';
import { rowsOfBatch } from './batch-rows.js';
import { sqlTable, written } from './names.js';
import { notNullSteps } from './not-null.js';
import type { ConversionStep } from './step.js';
import { copyBody, copyWhen } from './sync.js';
import { dropFunctions, dropTriggers, makeFunction, makeTrigger } from './triggers.js';

/** Ends the names of the trigger and the function that keep the twin of the key. */
export function retypingSuffix({ twin }: PlannedRetyping): string {
  return twin.name;
}

/** Adds the twin of a key of the wrong type. */
export function expandRetyping(
  { table }: ConversionPlan,
  retyping: PlannedRetyping,
): ConversionStep {
  const { column, twin } = retyping;
  const suffix = retypingSuffix(retyping);
  const alter = `ALTER TABLE ${sqlTable(table)}`;
  const other = quoteIdentifier(twin.name);
  return {
    name: `add ${twin.name} to ${written(table)} beside ${column.name}`,
    phase: 'expand',
    work: {
      kind: 'transaction',
      locks: [table],
      statements: [
        `${alter} ADD COLUMN ${other} ${twin.type}`,
        makeFunction(table, suffix, copyBody(column, twin)),
        ...makeTrigger({
          table,
          suffix,
          event: 'BEFORE INSERT OR UPDATE',
          when: copyWhen(column, twin),
        }),
      ],
    },
    undo: [
      {
        kind: 'transaction',
        locks: [table],
        statements: [
          ...dropTriggers(table, [suffix]),
          ...dropFunctions(table, [suffix]),
          `${alter} DROP COLUMN IF EXISTS ${other}`,
        ],
      },
    ],
  };
}

/** Fills the twin of the key in all rows, and holds it set. */
export function fillRetyping(
  { table }: ConversionPlan,
  retyping: PlannedRetyping,
): ConversionStep[] {
  const { column, twin } = retyping;
  const [own, other] = [quoteIdentifier(column.name), quoteIdentifier(twin.name)];
  return [
    {
      name: `fill ${twin.name} of ${written(table)}`,
      phase: 'backfill',
      work: {
        kind: 'batches',
        table,
        update: `UPDATE ${sqlTable(table)} r SET ${other} = r.${own}::${twin.type}
          WHERE ${rowsOfBatch(twin.name)}`,
        remaining: `${other} IS NULL`,
      },
      undo: [],
    },
    ...notNullSteps(table, twin.name),
  ];
}
