import { DualIdError } from '../errors/dual-id-error.js';
import { refusal } from '../errors/problem.js';
import { currentCaller, onBehalfOfNobody } from './caller.js';
import type { Database } from './database.js';
import { SecondTries } from './second-tries.js';
import { sharedFailureOf } from './shared-failure.js';

/** The maximum number of tasks that share a transaction. */
const maxTogether = 32;

/** A kind of work that many callers ask for at once, and how it is done. */
export interface GroupedWork<I, O extends NonNullable<unknown>> {
  /**
   * Works with equal keys never run side by side; the later one sees what the earlier one did.
   * Without it, all are independent.
   */
  readonly key?: (input: I) => string;
  /**
   * Does several in one transaction, and returns for each what came of it, or undefined for one it
   * leaves out because it fails or would have to wait for a lock. Its lock waits are cut short:
   * everybody in it would wait for one, so that each is done alone instead.
   *
   * It runs in nobody's async context, not in that of one of the callers: a tenant, a user or a
   * trace that an `AsyncLocalStorage` holds is not there, nor is a transaction or a setting. What
   * depends on any of them is computed before `run` and stands in the input, ready; a function that
   * has to be called inside goes into it as `AsyncLocalStorage.bind(fn)`.
   */
  readonly together: (inputs: readonly I[]) => Promise<readonly (O | undefined)[]>;
  /**
   * Does one in a transaction of its own, waits for what it has to, and tells what is wrong. It
   * runs in the async context of its caller.
   */
  readonly alone: (input: I) => Promise<O>;
}

/** What came of a shared transaction for one of its works, or how it is done instead. */
type Verdict<O> = { readonly outcome: O } | 'alone' | 'in turn';

interface Waiting<I, O> {
  readonly input: I;
  readonly key: string | undefined;
  readonly resolve: (verdict: Verdict<O>) => void;
  readonly reject: (error: unknown) => void;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Gathers independent works into shared transactions, as a database gathers commits: what arrives
 * while others are on their way goes with the next. A single task waits for the end of the turn of
 * the event loop and no longer. One that cannot go with the others, and each of a transaction that
 * failed, is done alone, so that none is harmed by another; after a time limit one at a time, while
 * places are free, and else `overloaded`. Inside a transaction or settings of the caller, work is
 * done there and never shared.
 */
export class GroupCommit<I, O extends NonNullable<unknown>> {
  #waiting: Waiting<I, O>[] = [];
  readonly #busy = new Set<string>();
  readonly #secondTries: SecondTries;
  #running = 0;
  #isDue = false;

  constructor(
    private readonly database: Database,
    private readonly work: GroupedWork<I, O>,
  ) {
    this.#secondTries = new SecondTries(database, 'write');
  }

  /** Does one work, in a transaction that it may share. */
  async run(input: I): Promise<O> {
    const verdict = this.database.mayShare ? await this.#together(input) : 'alone';
    if (verdict === 'alone') return this.work.alone(input);
    if (verdict === 'in turn') return this.#secondTries.run(() => this.work.alone(input));
    currentCaller()?.noteWrite();
    return verdict.outcome;
  }

  #together(input: I): Promise<Verdict<O>> {
    const { acquire, maxWaiting } = this.database.limits;
    if (this.#waiting.length >= maxWaiting) throw overloaded();
    return new Promise((resolve, reject) => {
      const task = { input, key: this.work.key?.(input), resolve, reject, timer: undefined };
      this.#waiting.push(task);
      if (acquire > 0) this.#limitWait(task, acquire);
      this.#schedule();
    });
  }

  /** A task that nobody began with in time is refused, which is safe to repeat. */
  #limitWait(task: Waiting<I, O>, milliseconds: number): void {
    task.timer = setTimeout(() => {
      this.#waiting = this.#waiting.filter((one) => one !== task);
      task.reject(overloaded());
    }, milliseconds);
  }

  #schedule(): void {
    if (this.#isDue || this.#running >= this.database.maxGroups || this.#waiting.length === 0)
      return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      void onBehalfOfNobody(() => this.#start());
    });
  }

  async #start(): Promise<void> {
    const group = this.#take();
    if (group.length === 0) return;
    this.#running += 1;
    // What is left may go beside this group.
    this.#schedule();
    await this.#settle(group);
    this.#running -= 1;
    for (const { key } of group) if (key !== undefined) this.#busy.delete(key);
    this.#schedule();
  }

  /** Takes what may run now, in the order of arrival. */
  #take(): readonly Waiting<I, O>[] {
    const group: Waiting<I, O>[] = [];
    this.#waiting = this.#waiting.filter((one) => {
      if (group.length >= maxTogether || this.#isBusy(one.key)) return true;
      if (one.key !== undefined) this.#busy.add(one.key);
      clearTimeout(one.timer);
      group.push(one);
      return false;
    });
    return group;
  }

  #isBusy(key: string | undefined): boolean {
    return key !== undefined && this.#busy.has(key);
  }

  async #settle(group: readonly Waiting<I, O>[]): Promise<void> {
    try {
      const inputs = group.map(({ input }) => input);
      const outcomes = await this.database.withLimits(
        { lock: this.database.limits.groupLock },
        () => this.work.together(inputs),
      );
      this.database.counters.add('groups');
      this.database.counters.add('groupedTasks', group.length);
      group.forEach(({ resolve }, at) => {
        const outcome = outcomes[at];
        resolve(outcome === undefined ? 'alone' : { outcome });
      });
    } catch (error) {
      // A statement that a limit ended has written nothing, whatever its error is called.
      const isTimeout = group.length > 1 && sharedFailureOf(error) === 'timeout';
      for (const { resolve, reject } of group) {
        if (isTimeout) resolve('in turn');
        else if (isFinal(error)) reject(error);
        else resolve('alone');
      }
    }
  }
}

function overloaded(): Error {
  return refusal('overloaded', { retryAfter: 1 });
}

/** Errors after which trying each alone could do work twice, or would make an overload worse. */
const final: ReadonlySet<string> = new Set(['outcome_unknown', 'overloaded', 'unavailable']);

function isFinal(error: unknown): boolean {
  return error instanceof DualIdError && final.has(error.code);
}
