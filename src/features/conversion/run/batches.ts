import { problem } from '../../../core/errors/problem.js';
import { sqlTable } from '../steps/names.js';
import type { BatchWork, ConversionStep } from '../steps/step.js';
import { Backfill } from './backfill.js';
import { cleanTable } from './clean-table.js';
import { fileOf } from './blocks.js';
import { climbing } from './lock-ladder.js';
import type { ConversionSession } from './session.js';
import type { StepRun } from './step-run.js';

const mostPasses = 20;

/**
 * Changes all rows of a table in batches of blocks; each commits together with the place up to which
 * everything is done. Rows that move in the meantime are changed by a trigger; any that are still
 * left, as after a rewrite of the table, is found by another pass.
 */
export async function runBatches(
  run: StepRun,
  step: ConversionStep,
  work: BatchWork,
): Promise<object> {
  const { session, checkpoints, options } = run;
  const started = await fileOf(run, step, work.table);
  await session.transaction(options.lockTimeout, async () => {
    await checkpoints.hold(session);
    await checkpoints.begin(session, step);
  });
  const others: ConversionSession[] = [];
  try {
    while (others.length < options.jobs - 1) {
      others.push(await run.open());
    }
    const backfill = new Backfill(run, step, work, [session, ...others]);
    for (let passes = 0; await isAnyLeft(run, step, work); passes += 1) {
      if (passes === mostPasses) throw stillLeft(step, work);
      await backfill.pass(passes > 0);
    }
    await cleanTable(run, work.table, 'ANALYZE true, ');
    const { blocks } = await fileOf(run, step, work.table);
    return { rows: backfill.rows, blocksBefore: started.blocks, blocksAfter: blocks };
  } finally {
    await Promise.all(others.map((other) => other.close()));
  }
}

function stillLeft({ name }: ConversionStep, { table }: BatchWork): Error {
  const detail = `Rows of ${sqlTable(table)} remained after ${mostPasses} passes of "${name}": something takes the new value away again.`;
  return problem('conversion_differs', { detail });
}

async function isAnyLeft(
  { session, options }: StepRun,
  step: ConversionStep,
  { table, remaining }: BatchWork,
): Promise<boolean> {
  const sql = `SELECT EXISTS (SELECT FROM ${sqlTable(table)} WHERE ${remaining}) AS left`;
  const [row] = await climbing(session, options, `"${step.name}"`, () =>
    session.rows<{ left: boolean }>(sql),
  );
  return row!.left;
}
