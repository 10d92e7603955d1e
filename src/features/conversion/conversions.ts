import type { DataSource } from 'typeorm';
import { advisoryLock } from '../../core/database/advisory-locks.js';
import { problem } from '../../core/errors/problem.js';
import { describeBlockers, holdersOfLock } from '../../core/migrations/blockers.js';
import { holdingLock, tryLock } from '../../core/migrations/held-lock.js';
import { fullTableName } from './catalog/table-name.js';
import type { ConversionPlan } from './plan/conversion-plan.js';
import type { ConversionRequest } from './plan/conversion-request.js';
import { makePlan } from './plan/make-plan.js';
import { refuseContracting, refuseStalePlan, refuseState, refuseUnready } from './refused-calls.js';
import type { StoredConversion, StoredStep } from './run/conversion-store.js';
import {
  control,
  installConversions,
  readConversions,
  readSteps,
  savePlan,
} from './run/conversion-store.js';
import { ConversionRun } from './run/conversion-run.js';
import { refuseLoudTriggers } from './run/quiet-triggers.js';
import type { ConversionOptions } from './run/run-options.js';
import { runOptionsOf } from './run/run-options.js';
import { ConversionSession } from './run/session.js';
import type { ConversionStep } from './steps/step.js';
import { stepsOf, upTo } from './steps/steps-of.js';

const runnerLock = advisoryLock('conversion');
/** A process that was killed holds the lock until the server notices. */
const lockPatience = 5_000;
const saveWait = 5_000;

/** A conversion, its steps, and how far each of them is. */
export interface ConversionStatus extends StoredConversion {
  readonly steps: readonly (ConversionStep & { readonly stored: StoredStep | undefined })[];
  /** Whether a process is at work on it. */
  readonly hasRunner: boolean;
}

/**
 * Gives tables in use their second id. Plans are kept in the database, with how far each is; any
 * process can go on with one, and one process at a time does.
 *
 * @example
 * const conversions = new Conversions(dataSource);
 * const plan = await conversions.plan({ table: 'orders', kind: 'add-uuid' });
 * await conversions.start(plan);
 * await conversions.contract('orders');
 */
export class Conversions {
  constructor(private readonly dataSource: DataSource) {}

  /** Plans a conversion from the catalog. Changes nothing; `notes` tells what stands in the way. */
  plan(request: ConversionRequest): Promise<ConversionPlan> {
    return this.#with((session) => makePlan(session, request));
  }

  /** Writes a plan down and runs it until its keys are swapped, or as far as `until` says. */
  async start(plan: ConversionPlan, options: ConversionOptions = {}): Promise<void> {
    const refusals = plan.notes.filter(({ kind }) => kind === 'refused');
    if (refusals.length > 0) {
      throw problem('conversion_refused', { detail: refusals.map(({ text }) => text).join('\n') });
    }
    const name = conversionName(plan);
    runOptionsOf(options);
    await this.#alone(async (session) => {
      await refuseStalePlan(session, plan);
      await refuseLoudTriggers(session, runOptionsOf(options));
      await installConversions(session);
      await session.transaction(saveWait, () => savePlan(session, name, plan));
    });
    await this.resume(name, options);
  }

  /** Goes on with a conversion where it stopped, as far as `until` says. */
  async resume(table: string, options: ConversionOptions = {}): Promise<void> {
    const all = runOptionsOf(options);
    await this.#alone(async (session) => {
      const { name, plan, state } = await stored(session, table);
      refuseState(name, state, ['contracted', 'rolling back', 'rolled back']);
      await refuseLoudTriggers(session, all);
      await control(session, name, { isPaused: false });
      const steps = stepsOf(plan).filter(({ phase }) => phase !== 'contract');
      const isWhole = all.until === 'observe';
      const run = new ConversionRun(this.dataSource, session, all, name);
      await forwardAndClose(run, upTo(steps, all.until), isWhole ? 'observing' : 'stopped');
    });
  }

  /** Removes the old columns of references and the triggers. Nothing brings them back. */
  async contract(table: string, options: ConversionOptions = {}): Promise<void> {
    await this.#alone(async (session) => {
      const { name, plan, state } = await stored(session, table);
      refuseState(name, state, ['planned', 'rolling back', 'rolled back', 'contracted']);
      await refuseUnready(session, name, plan);
      const run = new ConversionRun(this.dataSource, session, runOptionsOf(options), name);
      await forwardAndClose(run, stepsOf(plan), 'contracted');
    });
  }

  /** Takes a conversion back, also after the swap; after the contract it is too late. */
  async rollback(table: string, options: ConversionOptions = {}): Promise<void> {
    await this.#alone(async (session) => {
      const { name, plan, state } = await stored(session, table);
      refuseState(name, state, ['contracted', 'rolled back']);
      await refuseContracting(session, name, plan);
      const steps = stepsOf(plan).filter(({ isFinal }) => !isFinal);
      const run = new ConversionRun(this.dataSource, session, runOptionsOf(options), name);
      try {
        await run.back(steps);
      } finally {
        if (run.session !== session) await run.session.close();
      }
    });
  }

  /** Stops a running conversion between two batches, until it is resumed. */
  pause(table: string): Promise<void> {
    return this.#control(table, { isPaused: true });
  }

  /** Lets a paused conversion go on, in the process that runs it. */
  unpause(table: string): Promise<void> {
    return this.#control(table, { isPaused: false });
  }

  /** Sets how many rows a second backfills change at most; null takes the limit away. */
  async setRate(table: string, rate: number | null): Promise<void> {
    runOptionsOf(rate === null ? {} : { rate });
    return this.#control(table, { rate });
  }

  /** Every conversion of the database, with its steps. */
  status(): Promise<ConversionStatus[]> {
    return this.#with(async (session) => {
      const found: ConversionStatus[] = [];
      const isHeld = (await holdersOfLock(session.runner, runnerLock)).length > 0;
      for (const conversion of await readConversions(session)) {
        const steps = await readSteps(session, conversion.name);
        const all = stepsOf(conversion.plan).map((step) =>
          Object.assign(step, { stored: steps.get(step.name) }),
        );
        const isMoving = ['running', 'rolling back'].includes(conversion.state);
        found.push({ ...conversion, steps: all, hasRunner: isHeld && isMoving });
      }
      return found;
    });
  }

  async #control(table: string, change: { isPaused?: boolean; rate?: number | null }) {
    await this.#with(async (session) => {
      const { name, state } = await stored(session, table);
      refuseState(name, state, ['contracted', 'rolled back']);
      await control(session, name, change);
    });
  }

  async #with<T>(work: (session: ConversionSession) => Promise<T>): Promise<T> {
    const session = await ConversionSession.open(this.dataSource);
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }

  #alone<T>(work: (session: ConversionSession) => Promise<T>): Promise<T> {
    const acquire = async (runner: Parameters<typeof tryLock>[0]) => {
      if (await tryLock(runner, runnerLock, lockPatience)) return;
      const holders = describeBlockers(await holdersOfLock(runner, runnerLock));
      throw problem('conversion_taken', { detail: `Conversions are run by ${holders}.` });
    };
    return holdingLock(this.dataSource, acquire, () => this.#with(work));
  }
}

/** The name by which a conversion is called: its table with its schema. */
export function conversionName({ subject }: ConversionPlan): string {
  return `${subject.schema}.${subject.name}`;
}

async function forwardAndClose(
  run: ConversionRun,
  steps: readonly ConversionStep[],
  end: StoredConversion['state'],
): Promise<void> {
  const { session } = run;
  try {
    await run.forward(steps, end);
  } finally {
    if (run.session !== session) await run.session.close();
  }
}

async function stored(session: ConversionSession, table: string): Promise<StoredConversion> {
  const all = await readConversions(session);
  const name = fullTableName(table);
  const found = all.find((one) => one.name === name || one.name === table);
  if (found) return found;
  const known = all.map((one) => one.name).join(', ');
  const detail = `There is no conversion of ${name}${known ? `; there is ${known}` : ', nor of any other table'}.`;
  throw problem('conversion_refused', { detail });
}
