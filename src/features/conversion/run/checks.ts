import { problem } from '../../../core/errors/problem.js';
import type { Check, CheckWork, ConversionStep } from '../steps/step.js';
import { fileOf, firstRowOf } from './blocks.js';
import { climbing } from './lock-ladder.js';
import { preferredIndexes } from './prefer-indexes.js';
import type { StepRun } from './step-run.js';

const blocksAtOnce = 4_096;

/** What a comparison has found in one table. */
export interface CheckResult {
  readonly what: string;
  readonly rows: number;
  readonly faults: number;
  /** Of each range of blocks, in order. */
  readonly checksums: readonly string[];
}

/** Compares every row, some blocks at a time; fails where anything differs. */
export async function runChecks(
  run: StepRun,
  step: ConversionStep,
  work: CheckWork,
): Promise<object> {
  const results: CheckResult[] = [];
  for (const check of work.checks) results.push(await runCheck(run, step, check));
  const faults = results.filter((result) => result.faults > 0);
  if (faults.length === 0) return { checks: results };
  const detail = `Found ${faults.map(({ what, faults: count }) => `${count} ${what}`).join(', ')}.`;
  throw problem('conversion_differs', { detail });
}

async function runCheck(
  run: StepRun,
  step: ConversionStep,
  { what, table, query }: Check,
): Promise<CheckResult> {
  const { blocks } = await fileOf(run, step, table);
  const found = { rows: 0, faults: 0, checksums: [] as string[] };
  for (let next = 0; next < blocks; next += blocksAtOnce) {
    run.options.signal.throwIfAborted();
    const end = next + blocksAtOnce;
    const part = await compareRange(run, step, {
      query,
      range: [firstRowOf(next), firstRowOf(end)],
    });
    found.rows += Number(part.rows);
    found.faults += Number(part.faults);
    found.checksums.push(part.checksum);
    run.tell({ blocks: { done: Math.min(end, blocks), all: blocks } });
  }
  return { what, ...found };
}

interface CheckedRange {
  readonly rows: string;
  readonly faults: string;
  readonly checksum: string;
}

function compareRange(
  { session, options }: StepRun,
  step: ConversionStep,
  { query, range }: { readonly query: string; readonly range: readonly string[] },
): Promise<CheckedRange> {
  return climbing(session, options, `"${step.name}"`, async () => {
    await session.set(preferredIndexes);
    return (await session.rows<CheckedRange>(query, range))[0]!;
  });
}
