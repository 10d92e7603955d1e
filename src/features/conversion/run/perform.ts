import {
  createIndexConcurrently,
  dropIndexConcurrently,
} from '../../../core/migrations/concurrent-index.js';
import { beginSession } from '../../../core/migrations/migration-session.js';
import type { LongWork, ConversionStep, TransactionWork, Work } from '../steps/step.js';
import { runBatches } from './batches.js';
import { nameChange } from './changed-tables.js';
import { runChecks } from './checks.js';
import { climbing, lockTables } from './lock-ladder.js';
import { acceptDroppedTable } from './missing-tables.js';
import type { StepRun } from './step-run.js';

/** Milliseconds that a statement waits behind which nobody queues but other changes of a table. */
const longWait = 5_000;

/** Does the work of a step, and writes it down: in the same transaction, where there can be one. */
export async function perform(run: StepRun, step: ConversionStep): Promise<void> {
  await performWork(run, step, step.work, (result) =>
    run.checkpoints.end(run.session, step, result),
  ).catch((error: unknown) => nameChange(step, error));
}

/** Takes a step back, from where a run before it stopped. */
export async function undo(run: StepRun, step: ConversionStep, done: number): Promise<void> {
  const { session, checkpoints } = run;
  for (const [index, work] of step.undo.entries()) {
    if (index < done) continue;
    await performWork(run, step, work, () =>
      checkpoints.markUndone(session, step, index + 1),
    ).catch((error: unknown) => acceptDroppedTable(run, step, error));
  }
  await session.transaction(run.options.lockTimeout, async () => {
    await checkpoints.hold(session);
    await checkpoints.forget(session, step);
  });
}

type Finish = (result: object | null) => Promise<void>;

async function performWork(
  run: StepRun,
  step: ConversionStep,
  work: Work,
  finish: Finish,
): Promise<void> {
  switch (work.kind) {
    case 'transaction':
      return inShortTransaction(run, step, work, finish);
    case 'long':
      return inLongTransaction(run, step, work, finish);
    case 'index':
    case 'drop-index':
      await outsideTransaction(run, step);
      await (work.kind === 'index'
        ? createIndexConcurrently(run.session.runner, { ...work.table, ...indexOf(work) })
        : dropIndexConcurrently(run.session.runner, work));
      return alsoFinish(run, finish, null);
    case 'batches':
      return alsoFinish(run, finish, await runBatches(run, step, work));
    case 'checks':
      return alsoFinish(run, finish, await runChecks(run, step, work));
  }
}

function indexOf({ table, name, isUnique, on }: Extract<Work, { kind: 'index' }>) {
  return { name, table: table.name, schema: table.schema, unique: isUnique, on };
}

async function inShortTransaction(
  run: StepRun,
  step: ConversionStep,
  { locks, statements }: TransactionWork,
  finish: Finish,
): Promise<void> {
  const { session, checkpoints, options } = run;
  const locked = await climbing(session, options, `"${step.name}"`, async (attempt, wait) => {
    await checkpoints.hold(session);
    // Transactions that go from a child to its parent meet one order, and others the other one.
    const inOrder = attempt % 2 === 0 ? locks : locks.toReversed();
    const since = await lockTables(session, inOrder, wait);
    // In one message, as clients wait behind the locks.
    if (statements.length > 0) await session.run(statements.join(';\n'));
    await finish(null);
    return since;
  });
  if (locks.length > 0) run.tell({ lockedFor: performance.now() - locked });
}

/** Holds the conversion only at the end, so that it can be paused or followed meanwhile. */
async function inLongTransaction(
  { session, checkpoints, options }: StepRun,
  step: ConversionStep,
  { statements }: LongWork,
  finish: Finish,
): Promise<void> {
  const patient = { ...options, lockTimeout: longWait };
  await climbing(session, patient, `"${step.name}"`, async () => {
    for (const statement of statements) await session.run(statement);
    await checkpoints.hold(session);
    await finish(null);
  });
}

/** Writes the intent down; what came of it, the catalog tells. */
async function outsideTransaction(run: StepRun, step: ConversionStep): Promise<void> {
  const { session, checkpoints, options } = run;
  await session.transaction(options.lockTimeout, async () => {
    await checkpoints.hold(session);
    await checkpoints.begin(session, step);
  });
  const retryOptions = { lockTimeout: longWait, retryFor: options.patience, log: options.log };
  beginSession(session.runner, { retryOptions, blockers: () => [] });
}

function alsoFinish(run: StepRun, finish: Finish, result: object | null): Promise<void> {
  const { session, checkpoints, options } = run;
  return session.transaction(options.lockTimeout, async () => {
    await checkpoints.hold(session);
    await finish(result);
  });
}
