import type { ConversionPlan } from '../plan/conversion-plan.js';
import { quoteIdentifier } from '../../../core/sql/quoting.js';
import { contractSteps } from './contract.js';
import { expandTable, fillTable } from './new-column.js';
import { foreignKeySteps, indexSteps, lookupSteps } from './new-keys.js';
import { sqlTable, written } from './names.js';
import { newKeyIndex } from './passing-indexes.js';
import { expandReference, fillReference } from './references.js';
import { expandRetyping, fillRetyping } from './retyping.js';
import type { ConversionStep } from './step.js';
import { phases } from './step.js';
import { prepareSwap, swapSteps } from './swap.js';
import { verificationStep } from './verification.js';

/** Every step of a conversion, in order. The same plan always gives the same steps. */
export function stepsOf(plan: ConversionPlan): ConversionStep[] {
  return [...stepsBeforeSwap(plan), verificationStep(plan), ...swap(plan), ...contractSteps(plan)];
}

/** The steps up to a phase, and with it. */
export function upTo(
  steps: readonly ConversionStep[],
  last: ConversionStep['phase'],
): ConversionStep[] {
  const place = phases.indexOf(last);
  const end = steps.findIndex((step) => phases.indexOf(step.phase) > place);
  return end < 0 ? [...steps] : steps.slice(0, end);
}

/** Whether the primary key moves to the new column. */
function movesKey({ kind }: ConversionPlan): boolean {
  return kind === 'add-bigint' || kind === 'uuid-key';
}

function stepsBeforeSwap(plan: ConversionPlan): ConversionStep[] {
  const { retyping, references, subject } = plan;
  const isLinked = plan.kind === 'add-master-uuid';
  return [
    ...(isLinked ? [] : expandTable(plan)),
    ...(retyping === null ? [] : [expandRetyping(plan, retyping)]),
    ...references.map((reference) => expandReference(plan, reference)),
    ...(isLinked ? [] : fillTable(plan)),
    ...(retyping === null ? [] : fillRetyping(plan, retyping)),
    ...references.map((reference) => fillReference(plan, reference)),
    ...(movesKey(plan) ? [prepareSwap(plan)] : []),
    ...(retyping === null ? [] : indexSteps(subject, retyping.indexes)),
    ...references.flatMap(({ table, indexes }) => lookupSteps(table, indexes)),
    ...references.flatMap((reference) => foreignKeySteps(reference, newTarget(plan))),
  ];
}

/** What a twin refers to: the new key, or the twin of the old one. */
function newTarget({ table, added, retyping, kind }: ConversionPlan) {
  const { name } = kind === 'add-uuid' && retyping !== null ? retyping.twin : added;
  return { table, column: name, isOwn: kind !== 'add-master-uuid' };
}

function swap(plan: ConversionPlan): ConversionStep[] {
  if (movesKey(plan)) return swapSteps(plan);
  return plan.kind === 'add-uuid' ? [makeUnique(plan)] : [];
}

/** Makes the index of the new column a constraint. */
function makeUnique(plan: ConversionPlan): ConversionStep {
  const { table, names } = plan;
  const alter = `ALTER TABLE ${sqlTable(table)}`;
  const name = quoteIdentifier(names.newKey);
  return {
    name: `make ${plan.added.name} of ${written(table)} unique`,
    phase: 'swap',
    work: {
      kind: 'transaction',
      locks: [table],
      statements: [
        `${alter} ADD CONSTRAINT ${name} UNIQUE USING INDEX ${quoteIdentifier(newKeyIndex(plan))}`,
      ],
    },
    undo: [
      {
        kind: 'transaction',
        locks: [table],
        statements: [`${alter} DROP CONSTRAINT IF EXISTS ${name}`],
      },
    ],
  };
}
