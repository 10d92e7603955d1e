import { DualIdError } from '../errors/dual-id-error.js';
import { currentCaller, onBehalfOfNobody } from './caller.js';
import type { Database } from './database.js';
import { overloaded } from './overloaded.js';
import type { Settings } from './settings.js';
import { SecondTries } from './second-tries.js';
import { sharedFailureOf } from './shared-failure.js';

/** The maximum number of tasks that share a transaction. */
const maxTogether = 32;

/** A kind of task that many callers request at once, and how it is done. */
export interface GroupedWork<I, O extends NonNullable<unknown>> {
  /**
   * Tasks with equal keys never run at the same time; the later one sees what the earlier one did.
   * Without it, all are independent.
   */
  readonly key?: (input: I) => string;
  /**
   * The public id of the row that a task writes. With it, each row keeps the stamp of its caller,
   * such as who asked for it; without it, only tasks with the same stamp share a transaction.
   */
  readonly row?: (input: I) => string;
  /**
   * Does several tasks in one transaction, and returns for each its result, or undefined for one it
   * skips because it fails or would have to wait for a lock. Lock waits are cut short: every task
   * in the transaction would wait with it, so each is done alone instead.
   *
   * It runs in nobody's async context, not in that of one of the callers: a tenant, a user or a
   * trace held by an `AsyncLocalStorage` is not available, nor is a transaction or a setting.
   * Anything that depends on them must be computed before `run` and passed in the input; a function
   * to be called inside must be passed as `AsyncLocalStorage.bind(fn)`.
   */
  readonly together: (inputs: readonly I[]) => Promise<readonly (O | undefined)[]>;
  /**
   * Does one task in its own transaction, waits for locks as needed, and reports errors. It runs in
   * the async context of its caller.
   */
  readonly alone: (input: I) => Promise<O>;
}

/** What a shared transaction did for one of its tasks, or how the task is done instead. */
type Verdict<O> = { readonly outcome: O } | 'alone' | 'in turn';

interface WaitingInput<I, O> {
  readonly input: I;
  readonly key: string | undefined;
  readonly stamp: Settings | undefined;
  readonly resolve: (verdict: Verdict<O>) => void;
  readonly reject: (error: unknown) => void;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Gathers independent tasks into shared transactions, as a database groups commits: tasks that
 * arrive while others are in progress run with the next group. A single task waits only for the end
 * of the event loop turn. A task that cannot run with the others, and each task of a failed
 * transaction, is done alone, so that none is harmed by another; after a time limit one at a time,
 * while places are free, and otherwise `overloaded`. Inside a transaction or settings of the
 * caller, the task is done there and never shared.
 */
export class GroupCommit<I, O extends NonNullable<unknown>> {
  #waiting: WaitingInput<I, O>[] = [];
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

  /** Does one task, possibly in a shared transaction. */
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
      const stamp = this.database.stamps.current();
      const key = this.work.key?.(input);
      const task = { input, key, stamp, resolve, reject, timer: undefined };
      this.#waiting.push(task);
      if (acquire > 0) this.#limitWait(task, acquire);
      this.#schedule();
    });
  }

  /** A task not started in time is refused, which is safe to repeat. */
  #limitWait(task: WaitingInput<I, O>, milliseconds: number): void {
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
    // The remaining tasks may run next to this group.
    this.#schedule();
    await this.#settle(group);
    this.#running -= 1;
    for (const { key } of group) if (key !== undefined) this.#busy.delete(key);
    this.#schedule();
  }

  /** Takes the tasks that may run now, in order of arrival. */
  #take(): readonly WaitingInput<I, O>[] {
    const group: WaitingInput<I, O>[] = [];
    this.#waiting = this.#waiting.filter((one) => {
      if (group.length >= maxTogether || this.#isBusy(one.key)) return true;
      if (!this.#mayJoin(group[0], one)) return true;
      if (one.key !== undefined) this.#busy.add(one.key);
      clearTimeout(one.timer);
      group.push(one);
      return false;
    });
    return group;
  }

  #mayJoin(first: WaitingInput<I, O> | undefined, { stamp }: WaitingInput<I, O>): boolean {
    if (first === undefined || this.work.row !== undefined) return true;
    return JSON.stringify(first.stamp) === JSON.stringify(stamp);
  }

  #stampOf(group: readonly WaitingInput<I, O>[]): Settings | undefined {
    const { row } = this.work;
    if (row === undefined) return group[0]!.stamp;
    return this.database.stamps.ofRows(
      group.flatMap(({ input, stamp }) => (stamp ? [{ uuid: row(input), stamp }] : [])),
    );
  }

  #isBusy(key: string | undefined): boolean {
    return key !== undefined && this.#busy.has(key);
  }

  async #settle(group: readonly WaitingInput<I, O>[]): Promise<void> {
    try {
      const inputs = group.map(({ input }) => input);
      const { limits, stamps } = this.database;
      const outcomes = await stamps.run(this.#stampOf(group), () =>
        this.database.withLimits({ lock: limits.groupLock }, () => this.work.together(inputs)),
      );
      this.database.counters.add('groups');
      this.database.counters.add('groupedTasks', group.length);
      group.forEach(({ resolve }, at) => {
        const outcome = outcomes[at];
        resolve(outcome === undefined ? 'alone' : { outcome });
      });
    } catch (error) {
      // A statement ended by a limit has written nothing, whatever its error is called.
      const isTimeout =
        group.length > 1 && sharedFailureOf(error, this.database.settings, 'write') === 'timeout';
      for (const { resolve, reject } of group) {
        if (isTimeout) resolve('in turn');
        else if (isFinal(error)) reject(error);
        else resolve('alone');
      }
    }
  }
}

/** Errors after which retrying each alone could do work twice, or would make an overload worse. */
const final: ReadonlySet<string> = new Set(['outcome_unknown', 'overloaded', 'unavailable']);

function isFinal(error: unknown): boolean {
  return error instanceof DualIdError && final.has(error.code);
}
