import { setTimeout as sleep } from 'node:timers/promises';
import { problem } from '../../../core/errors/problem.js';
import { sqlTable } from '../steps/names.js';
import type { BatchWork, ConversionStep } from '../steps/step.js';
import { fileOf, firstRowOf } from './blocks.js';
import type { Place } from './checkpoints.js';
import { readSteps } from './conversion-store.js';
import { climbing } from './lock-ladder.js';
import { preferredIndexes } from './prefer-indexes.js';
import type { StepRun } from './step-run.js';
import { Throttle } from './throttle.js';

const firstBlocks = 64;
const mostBlocks = 8_192;
const mostPasses = 20;
const pausedPoll = 500;
/** A batch that a crash of the server undoes takes the place after it along. */
const batchSettings = { ...preferredIndexes, synchronous_commit: 'off' };
/** A table is cleaned so often during one backfill, so that new row versions find room. */
const vacuums = 5;
const fewestBlocksBetweenVacuums = 2_000;

/**
 * Changes all rows of a table in batches of blocks; each commits together with the place after it.
 * Rows that move in the meantime are changed by a trigger; any that are still left, as after a
 * rewrite of the table, is found by another pass.
 */
export async function runBatches(
  run: StepRun,
  step: ConversionStep,
  work: BatchWork,
): Promise<object> {
  const { session, checkpoints } = run;
  const started = await fileOf(session, work.table);
  await session.transaction(run.options.lockTimeout, async () => {
    await checkpoints.hold(session);
    await checkpoints.begin(session, step);
  });
  const backfill = new Backfill(run, step, work);
  for (let pass = 1; pass <= mostPasses; pass += 1) {
    await backfill.pass(pass > 1);
    if (!(await isAnyLeft(run, work))) {
      await backfill.clean('ANALYZE true, ');
      const { blocks } = await fileOf(session, work.table);
      return { rows: backfill.rows, blocksBefore: started.blocks, blocksAfter: blocks };
    }
  }
  const detail = `Rows of ${sqlTable(work.table)} remained after ${mostPasses} passes of "${step.name}": something takes the new value away again.`;
  throw problem('conversion_differs', { detail });
}

async function isAnyLeft({ session }: StepRun, { table, remaining }: BatchWork): Promise<boolean> {
  const [row] = await session.rows<{ left: boolean }>(
    `SELECT EXISTS (SELECT FROM ${sqlTable(table)} WHERE ${remaining}) AS left`,
  );
  return row!.left;
}

class Backfill {
  rows = 0;
  #blocks = firstBlocks;
  readonly #throttle: Throttle;

  constructor(
    private readonly run: StepRun,
    private readonly step: ConversionStep,
    private readonly work: BatchWork,
  ) {
    this.#throttle = new Throttle(run.options);
  }

  /** Goes through the blocks once, from where a run before it stopped. */
  async pass(isAgain: boolean): Promise<void> {
    let place = await this.#place(isAgain);
    let cleaned = place.next;
    const between = Math.max(place.end / vacuums, fewestBlocksBetweenVacuums);
    const started = { at: performance.now(), rows: this.rows };
    while (place.next < place.end) {
      place = await this.#batch(place);
      const seconds = (performance.now() - started.at) / 1_000;
      this.run.tell({
        blocks: { done: place.next, all: place.end },
        rows: this.rows,
        rowsPerSecond: Math.round((this.rows - started.rows) / seconds),
      });
      if (place.next - cleaned < between) continue;
      await this.clean();
      cleaned = place.next;
    }
  }

  async #place(isAgain: boolean): Promise<Place> {
    const { session, checkpoints } = this.run;
    const { file, blocks } = await fileOf(session, this.work.table);
    const stored = (await readSteps(session, checkpoints.name)).get(this.step.name);
    this.rows = stored?.rows ?? this.rows;
    if (!isAgain && stored?.file === file && stored.nextBlock !== null) {
      return { next: stored.nextBlock, end: stored.endBlock!, file };
    }
    return { next: 0, end: blocks, file };
  }

  async #batch(place: Place): Promise<Place> {
    const { session, options } = this.run;
    const began = performance.now();
    const change = (attempt: number) => this.#change(place, attempt);
    const changed = await climbing(session, options, `"${this.step.name}"`, change);
    if (changed === undefined) {
      await sleep(pausedPoll, undefined, { signal: options.signal });
      return place;
    }
    const seconds = (performance.now() - began) / 1_000;
    this.rows += changed.rows;
    await this.#throttle.after(session, { ...changed, seconds });
    this.#adapt(seconds * 1_000, changed.isWaitedFor);
    return { ...place, next: changed.next };
  }

  /** Changes the rows of some blocks: of few where others held the last attempt up. */
  async #change(place: Place, attempt: number) {
    const { session, checkpoints } = this.run;
    const { isPaused, rate } = await checkpoints.hold(session);
    if (isPaused) return undefined;
    await session.set(batchSettings);
    const blocks = Math.max(1, Math.ceil(this.#blocks / 4 ** attempt));
    const next = Math.min(place.next + blocks, place.end);
    const rows = await session.run(this.work.update, [firstRowOf(place.next), firstRowOf(next)]);
    const effect = await checkpoints.move(session, this.step, { ...place, next }, rows);
    return { ...effect, rows, next, rate };
  }

  #adapt(milliseconds: number, isBusy: boolean): void {
    const aim = isBusy ? this.run.options.batchTime / 2 : this.run.options.batchTime;
    const factor = Math.min(2, Math.max(0.5, aim / Math.max(milliseconds, 1)));
    this.#blocks = Math.min(mostBlocks, Math.max(1, Math.round(this.#blocks * factor)));
  }

  /**
   * Lets new row versions take the room of old ones. In the end the planner learns of the new
   * column: clients use it from the swap on. Truncating the table would lock it; a vacuum that has
   * to wait is left out.
   */
  async clean(also = ''): Promise<void> {
    const { session, options } = this.run;
    const table = sqlTable(this.work.table);
    await session
      .run(`VACUUM (${also}TRUNCATE false, SKIP_LOCKED true) ${table}`)
      .catch((error: unknown) => options.log(`${table} was not cleaned: ${String(error)}`));
  }
}
