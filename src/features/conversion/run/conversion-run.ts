import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { problem } from '../../../core/errors/problem.js';
import { jittered } from '../../../core/pause/jittered.js';
import type { ConversionStep } from '../steps/step.js';
import { Checkpoints } from './checkpoints.js';
import type { ConversionState } from './conversion-store.js';
import { readSteps } from './conversion-store.js';
import { perform, undo } from './perform.js';
import type { RunOptions } from './run-options.js';
import { isLost, ConversionSession } from './session.js';

const pauseCheck = 500;
const reconnectPause = 1_000;

/** Runs the steps of one conversion, on a connection that it opens again when it is lost. */
export class ConversionRun {
  #session: ConversionSession;
  readonly #checkpoints: Checkpoints;

  constructor(
    private readonly dataSource: DataSource,
    session: ConversionSession,
    private readonly options: RunOptions,
    name: string,
  ) {
    this.#session = session;
    this.#checkpoints = new Checkpoints(name);
  }

  /** Runs every step that is not done, in order. */
  forward(steps: readonly ConversionStep[], end: ConversionState): Promise<void> {
    return this.#as('running', end, async () => {
      for (const [index, step] of steps.entries()) {
        await this.#untilConnected(async () => {
          const stored = (await this.#stored()).get(step.name);
          if (stored?.state === 'done') return;
          await this.#whilePaused();
          await perform(this.#stepRun(step, index, steps.length), step);
        });
      }
    });
  }

  /** Takes every step back that has begun, from the last to the first. */
  back(steps: readonly ConversionStep[]): Promise<void> {
    return this.#as('rolling back', 'rolled back', async () => {
      const begun = await this.#untilConnected(() => this.#stored());
      const toUndo = steps.toReversed().filter(({ name }) => begun.has(name));
      for (const [index, step] of toUndo.entries()) {
        await this.#untilConnected(async () => {
          const stored = (await this.#stored()).get(step.name);
          if (stored) await undo(this.#stepRun(step, index, toUndo.length), step, stored.undone);
        });
      }
    });
  }

  get session(): ConversionSession {
    return this.#session;
  }

  async #as(
    meanwhile: ConversionState,
    end: ConversionState,
    work: () => Promise<void>,
  ): Promise<void> {
    await this.#checkpoints.take(this.#session, meanwhile);
    try {
      await work();
      await this.#checkpoints.finish(this.#session, end);
    } catch (error) {
      const stopped = stopOf(error, this.options.signal, this.#checkpoints.name);
      const failure = error instanceof Error ? error.message : String(error);
      const state = meanwhile === 'running' ? 'stopped' : meanwhile;
      await this.#checkpoints
        .finish(this.#session, state, stopped ? undefined : failure)
        .catch(() => undefined);
      throw stopped ?? error;
    }
  }

  /** Begins the work again on a new connection, where the last one was lost. */
  async #untilConnected<T>(work: () => Promise<T>): Promise<T> {
    const end = performance.now() + this.options.patience;
    for (;;) {
      this.options.signal.throwIfAborted();
      try {
        return await work();
      } catch (error) {
        if (!isLost(error) || performance.now() > end) throw error;
        this.options.log('The connection was lost; the conversion goes on with another.');
        await this.#reconnect(end);
      }
    }
  }

  #stored() {
    return readSteps(this.#session, this.#checkpoints.name);
  }

  async #reconnect(end: number): Promise<void> {
    await this.#session.close();
    for (;;) {
      try {
        this.#session = await ConversionSession.open(this.dataSource);
        return;
      } catch (error) {
        if (performance.now() > end) throw error;
        await sleep(jittered(reconnectPause), undefined, { signal: this.options.signal });
      }
    }
  }

  async #whilePaused(): Promise<void> {
    const { lockTimeout, signal } = this.options;
    const isPaused = () =>
      this.#session.transaction(lockTimeout, async () => {
        return (await this.#checkpoints.hold(this.#session)).isPaused;
      });
    while (await isPaused()) await sleep(pauseCheck, undefined, { signal });
  }

  #stepRun(step: ConversionStep, index: number, of: number) {
    const about = { step: step.name, phase: step.phase, number: index + 1, of };
    this.options.onProgress(about);
    return {
      session: this.#session,
      checkpoints: this.#checkpoints,
      options: this.options,
      open: () => ConversionSession.open(this.dataSource),
      tell: (part: object) => this.options.onProgress({ ...about, ...part }),
    };
  }
}

/** The error of a conversion that was stopped on purpose; undefined for any other error. */
function stopOf(error: unknown, signal: AbortSignal, name: string): Error | undefined {
  const isOfSignal = (one: unknown) => signal.aborted && one === signal.reason;
  if (!isOfSignal(error) && !(error instanceof Error && isOfSignal(error.cause))) return undefined;
  return problem('conversion_interrupted', { detail: `The conversion of ${name} was stopped.` });
}
