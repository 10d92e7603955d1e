import { setTimeout as sleep } from 'node:timers/promises';
import { roundsOfBatch } from '../steps/batch-rows.js';
import type { BatchWork, ConversionStep } from '../steps/step.js';
import { BatchSize } from './batch-size.js';
import type { BlockRange } from './blocks.js';
import { fileOf, firstRowOf, rangesOf } from './blocks.js';
import type { Place } from './checkpoints.js';
import { cleanTable } from './clean-table.js';
import { readSteps } from './conversion-store.js';
import { allSettled } from './all-settled.js';
import { climbing } from './lock-ladder.js';
import { preferredIndexes } from './prefer-indexes.js';
import { triggerSettings } from './quiet-triggers.js';
import type { ConversionSession } from './session.js';
import type { StepRun } from './step-run.js';
import { Throttle } from './throttle.js';

const pausedPoll = 500;
/** A batch that a crash of the server undoes takes the place after it along. */
const batchSettings = { ...preferredIndexes, synchronous_commit: 'off' };
/** A table is cleaned so often during one backfill, so that new row versions find room. */
const vacuums = 3;
const fewestBlocksBetweenVacuums = 2_000;

interface Round extends BlockRange {
  readonly round: number;
}

/** The change of all rows of a table, some blocks at a time. */
export class Backfill {
  rows = 0;
  readonly #size: BatchSize;
  readonly #throttle: Throttle;

  constructor(
    private readonly run: StepRun,
    private readonly step: ConversionStep,
    private readonly work: BatchWork,
    /** One for each job. */
    private readonly sessions: readonly ConversionSession[],
  ) {
    this.#size = new BatchSize(run.options.batchTime);
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
      await cleanTable(this.run, this.work.table);
      cleaned = place.next;
    }
  }

  async #place(isAgain: boolean): Promise<Place> {
    const { session, checkpoints } = this.run;
    const { file, blocks } = await fileOf(this.run, this.step, this.work.table);
    const stored = (await readSteps(session, checkpoints.name)).get(this.step.name);
    this.rows = stored?.rows ?? this.rows;
    if (!isAgain && stored?.file === file && stored.nextBlock !== null) {
      return { next: stored.nextBlock, end: stored.endBlock!, file };
    }
    return { next: 0, end: blocks, file };
  }

  /** Changes the rows of some blocks, a share of them in each round. */
  async #batch(place: Place): Promise<Place> {
    let end = Math.min(place.next + this.#size.blocks, place.end);
    const done = { rows: 0, longest: 0, isBusy: false, rate: Infinity };
    for (let round = 0; round < roundsOfBatch; round += 1) {
      const part = await this.#round(place, end, round);
      if (part === undefined) return place;
      end = part.end;
      done.rows += part.rows;
      done.longest = Math.max(done.longest, part.seconds * 1_000);
      done.isBusy ||= part.isWaitedFor;
      done.rate = part.rate;
    }
    this.#size.adapt({ ...done, blocks: end - place.next });
    return { ...place, next: end };
  }

  /** Every job changes a part of the blocks; undefined while the conversion is paused. */
  async #round(place: Place, end: number, round: number) {
    const { session, checkpoints, options } = this.run;
    const began = performance.now();
    const ranges = rangesOf({ from: place.next, end }, this.sessions.length);
    const changes = await allSettled(
      ranges.map((range, job) => this.#change(this.sessions[job]!, place, { ...range, round })),
    );
    const parts = changes.filter((change) => change !== undefined);
    const rows = parts.reduce((total, part) => total + part.rows, 0);
    this.rows += rows;
    if (parts.length < changes.length) {
      await sleep(pausedPoll, undefined, { signal: options.signal });
      return undefined;
    }
    const whole = {
      rows,
      seconds: (performance.now() - began) / 1_000,
      rate: parts[0]!.before.rate ?? options.rate,
      wal:
        Math.max(...parts.map(({ wal }) => wal)) - Math.min(...parts.map((one) => one.before.wal)),
      isWaitedFor: parts.some(({ isWaitedFor }) => isWaitedFor),
      // Beyond a part that was cut short, the blocks are gone through again.
      end: parts.find(({ reached }, index) => reached < ranges[index]!.end)?.reached ?? end,
    };
    const rateNow = async () => (await checkpoints.rate(session)) ?? options.rate;
    await this.#throttle.after(session, whole, rateNow);
    return whole;
  }

  /** Changes the rows of one job in a round: of few blocks where others held the last attempt up. */
  #change(session: ConversionSession, place: Place, { from, end, round }: Round) {
    const { checkpoints, options } = this.run;
    return climbing(session, options, `"${this.step.name}"`, async (attempt) => {
      const before = await checkpoints.share(session);
      if (before.isPaused) return undefined;
      await session.set({ ...batchSettings, ...triggerSettings(options) });
      // The application's triggers fire, and find what they name.
      await session.run('SET LOCAL search_path TO DEFAULT');
      const reached = from + Math.max(1, Math.ceil((end - from) / 4 ** attempt));
      const blocks = [firstRowOf(from), firstRowOf(reached)];
      const rows = await session.run(this.work.update, [...blocks, round]);
      const own = this.sessions.map(({ pid }) => pid);
      const effect = await checkpoints.move(session, this.step, { place, rows, own });
      return { ...effect, rows, reached, before };
    });
  }
}
