import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type { ConversionPlan, PlannedReference } from '../plan/conversion-plan.js';
import { rowsOfBatch } from './batch-rows.js';
import { sqlTable, written } from './names.js';
import type { ConversionStep } from './step.js';
import { copyBody, copyWhen, lateBody, lateWhen, syncBody, syncWhen } from './sync.js';
import { dropFunctions, dropTriggers, makeFunction, makeTrigger } from './triggers.js';

/** Whether the twins of a plan hold the same value in another type, and no other key. */
export function isCopied({ kind }: ConversionPlan): boolean {
  return kind === 'add-uuid';
}

/** What ends the names of the triggers and functions of a twin. */
export function referenceSuffixes(plan: ConversionPlan, twin: string): string[] {
  return isCopied(plan) ? [twin] : [twin, `${twin}_u`, `${twin}_l`];
}

/** Adds the twin of a foreign key's column, kept in step with it by triggers. */
export function expandReference(plan: ConversionPlan, reference: PlannedReference): ConversionStep {
  const { table, column, twin } = reference;
  const suffixes = referenceSuffixes(plan, twin.name);
  const change = `ALTER TABLE ${sqlTable(table)}`;
  return {
    name: `add ${twin.name} to ${written(table)} beside ${column.name}`,
    phase: 'expand',
    work: {
      kind: 'transaction',
      locks: [table],
      statements: [
        `${change} ADD COLUMN ${quoteIdentifier(twin.name)} ${twin.type}`,
        ...(isCopied(plan) ? copyTriggers(reference) : syncTriggers(plan, reference)),
      ],
    },
    undo: [
      {
        kind: 'transaction',
        locks: [table],
        statements: [
          ...dropTriggers(table, suffixes),
          ...dropFunctions(table, suffixes),
          `${change} DROP COLUMN IF EXISTS ${quoteIdentifier(twin.name)}`,
        ],
      },
    ],
  };
}

function copyTriggers({ table, column, twin }: PlannedReference): string[] {
  return [
    makeFunction(table, twin.name, copyBody(column, twin)),
    ...makeTrigger({
      table,
      suffix: twin.name,
      event: 'BEFORE INSERT OR UPDATE',
      when: copyWhen(column, twin),
    }),
  ];
}

function syncTriggers(plan: ConversionPlan, reference: PlannedReference): string[] {
  const { table, twin } = reference;
  const [update, late] = [`${twin.name}_u`, `${twin.name}_l`];
  const when = syncWhen(reference);
  return [
    makeFunction(table, twin.name, syncBody(plan, reference)),
    makeFunction(table, late, lateBody(plan, reference)),
    ...makeTrigger({ table, suffix: twin.name, event: 'BEFORE INSERT', when: when.insert }),
    ...makeTrigger({ table, suffix: update, event: 'BEFORE UPDATE', when: when.update }, twin.name),
    ...makeTrigger({
      table,
      suffix: late,
      event: 'AFTER INSERT OR UPDATE',
      when: lateWhen(reference),
      isDeferred: true,
    }),
  ];
}

/** Fills the twin in all rows. */
export function fillReference(plan: ConversionPlan, reference: PlannedReference): ConversionStep {
  const { table, column, twin } = reference;
  const [own, other] = [quoteIdentifier(column.name), quoteIdentifier(twin.name)];
  const rows = rowsOfBatch(twin.name);
  const change = `UPDATE ${sqlTable(table)} r SET ${other} =`;
  const source = `FROM ${sqlTable(plan.table)} p WHERE p.${quoteIdentifier(plan.key.name)}`;
  return {
    name: `fill ${twin.name} of ${written(table)}`,
    phase: 'backfill',
    work: {
      kind: 'batches',
      table,
      update: isCopied(plan)
        ? `${change} r.${own}::${twin.type} WHERE r.${own} IS NOT NULL AND ${rows}`
        : `${change} p.${quoteIdentifier(plan.added.name)} ${source} OPERATOR(pg_catalog.=) r.${own} AND ${rows}`,
      remaining: `${other} IS NULL AND ${own} IS NOT NULL`,
    },
    undo: [],
  };
}
