import type { ConversionStep } from '../steps/step.js';
import { stepsOf } from '../steps/steps-of.js';
import { sqlTable } from '../steps/names.js';
import type {
  ConversionImpact,
  ConversionPlan,
  StepImpact,
  TablePlace,
  TableSize,
} from './conversion-plan.js';
import { whereTrue } from './refused-note.js';
import { locksOf } from './statement-lock.js';

/** A plan whose impact is not known yet. */
export type PlanToWeigh = Omit<ConversionPlan, 'impact'>;

/** Rows a second that backfills reached where this library was measured. */
const measuredRate = 40_000;
/** Of each changed row: its new version in the table, its entries in indexes, and its WAL record. */
const entryBytes = 40;
const walRecordBytes = 120;
/** Reading once more, to build, validate and compare, costs this part of changing. */
const readingShare = 0.25;

/** Steps do not depend on it. */
const unweighed: ConversionImpact = {
  steps: [],
  rows: 0,
  bytes: 0,
  tableGrowth: 0,
  indexGrowth: 0,
  wal: 0,
  minutes: 0,
  rowsPerSecond: measuredRate,
  unknown: [],
  statements: [],
};

/** A plan with what it will cost. */
export function withImpact(plan: PlanToWeigh): ConversionPlan {
  return { ...plan, impact: impactOf(plan) };
}

/** Estimates what a plan will cost, at so many changed rows a second. */
export function impactOf(plan: PlanToWeigh, rowsPerSecond = measuredRate): ConversionImpact {
  const steps = stepsOf({ ...plan, impact: unweighed });
  const changes = steps.flatMap(({ work }) =>
    work.kind === 'batches' ? [sizeOf(plan, work.table)] : [],
  );
  const builds = steps.flatMap(({ work }) =>
    work.kind === 'index' ? [sizeOf(plan, work.table)] : [],
  );
  const readings = steps.filter(
    ({ work }) => work.kind === 'long' || work.kind === 'checks',
  ).length;
  const rows = sum(changes.map((size) => size.rows));
  const built = sum(builds.map((size) => size.rows)) * entryBytes;
  const rewritten = sum(changes.map(({ heapBytes }) => heapBytes));
  const entries = sum(changes.map((size) => size.rows * size.indexes)) * entryBytes;
  const read =
    readings * sum(plan.sizes.map((size) => size.rows)) + sum(builds.map((size) => size.rows));
  return {
    steps: steps.map((step) => impactOfStep(step, plan)),
    rows,
    bytes: sum(plan.sizes.map(({ bytes }) => bytes)),
    // Vacuums between the batches let later ones use the room of the first.
    tableGrowth: Math.round(rewritten),
    indexGrowth: Math.round(built + entries),
    wal: Math.round(2 * rewritten + entries + built + rows * walRecordBytes),
    minutes: Math.ceil((rows + read * readingShare) / rowsPerSecond / 60),
    rowsPerSecond,
    unknown: [
      'PostgreSQL does not tell how much of a disk is free. Compare the growth and the WAL with what the server has.',
    ],
    statements: brokenStatements(plan),
  };
}

function impactOfStep({ name, phase, work }: ConversionStep, plan: PlanToWeigh): StepImpact {
  const isShort = work.kind === 'transaction' || work.kind === 'drop-index';
  const locks = locksOf(work, {
    tables: touchedTables(plan),
    target: plan.table,
    foreignKeys: plan.references.flatMap((one) => [one.constraint, one.newConstraint]),
  });
  return { step: name, phase, locks, time: isShort ? 'moment' : 'grows' };
}

function touchedTables({ subject, table, references }: PlanToWeigh): TablePlace[] {
  const all = [table, subject, ...references.map((reference) => reference.table)];
  return [...new Map(all.map((one) => [sqlTable(one), one])).values()];
}

function sizeOf({ sizes }: PlanToWeigh, table: TablePlace): TableSize {
  const size = sizes.find((one) => sqlTable(one.table) === sqlTable(table));
  return size ?? { table, rows: 0, bytes: 0, heapBytes: 0, indexes: 0 };
}

function brokenStatements({ kind, retyping, references }: PlanToWeigh): string[] {
  const renamed = kind === 'add-bigint' || kind === 'uuid-key' ? references : [];
  const isUpserted = renamed.some(({ indexes }) => indexes.some(({ isUnique }) => isUnique));
  return whereTrue(
    [
      true,
      `Prepared \`SELECT *\` and \`RETURNING *\` fail once with "cached plan must not change result type" after a column was added or dropped. List the columns, or let the driver prepare again.`,
    ],
    [
      renamed.length > 0,
      'Statements that name an old column of a reference fail after the contract; until then both work.',
    ],
    [
      isUpserted,
      '`ON CONFLICT` takes the old columns of references until the contract, and the new ones after it. Update, and insert what was not there, in the release between.',
    ],
    [
      retyping !== null,
      `Columns change places at the contract: \`INSERT\` and \`COPY\` without a list of columns put values into others. Name the columns.`,
    ],
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
