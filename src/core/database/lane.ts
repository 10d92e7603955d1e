import { refusal } from '../errors/problem.js';
import type { Caller } from './caller.js';
import { overloaded } from './overloaded.js';

/** Passes the place in a lane on; called exactly once. */
export type LeaveLane = () => void;

/** Bounds of one lane. */
export interface LaneBounds {
  /** The maximum number of holders at once. */
  readonly size: number;
  /** The maximum number of holders with the same key, since they wait for the same rows. */
  readonly sizePerKey: number;
  /** The maximum number waiting for a place. */
  readonly maxWaiting: number;
  /** Maximum wait in milliseconds; 0 means no limit. */
  readonly maxWait: number;
}

interface WaitingTurn {
  readonly key: string | undefined;
  readonly admit: () => void;
}

/**
 * A bounded number of places and a bounded queue. A caller that finds neither, or waits too long,
 * gets `overloaded` early, which is better than being served after the client has left.
 */
export class Lane {
  #running = 0;
  readonly #runningByKey = new Map<string, number>();
  #waiting: WaitingTurn[] = [];
  waited = 0;
  refused = 0;

  constructor(private readonly bounds: LaneBounds) {}

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether a place is free and nobody waits for it. */
  get hasRoom(): boolean {
    return this.#running < this.bounds.size && this.#waiting.length === 0;
  }

  /** Takes a place, immediately if one is free. */
  enter(key: string | undefined, caller: Caller | undefined): LeaveLane | Promise<LeaveLane> {
    if (this.#isFree(key)) return this.#admit(key);
    if (this.#waiting.length >= this.bounds.maxWaiting) throw this.#refuse();
    return this.#wait(key, caller);
  }

  #wait(key: string | undefined, caller: Caller | undefined): Promise<LeaveLane> {
    this.waited += 1;
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        forget?.();
      };
      const waiting: WaitingTurn = {
        key,
        admit: () => {
          stop();
          resolve(this.#admit(key));
        },
      };
      const giveUp = (reason: () => Error) => {
        stop();
        this.#waiting = this.#waiting.filter((one) => one !== waiting);
        reject(reason());
      };
      const { maxWait } = this.bounds;
      const timer =
        maxWait > 0 ? setTimeout(() => giveUp(() => this.#refuse()), maxWait) : undefined;
      const forget = caller?.onGone(() => giveUp(() => refusal('unavailable')));
      this.#waiting.push(waiting);
    });
  }

  #admit(key: string | undefined): LeaveLane {
    this.#running += 1;
    if (key !== undefined) this.#runningByKey.set(key, this.#countOf(key) + 1);
    return () => this.#leave(key);
  }

  #leave(key: string | undefined): void {
    this.#running -= 1;
    if (key !== undefined) {
      const left = this.#countOf(key) - 1;
      if (left === 0) this.#runningByKey.delete(key);
      else this.#runningByKey.set(key, left);
    }
    const next = this.#waiting.findIndex((one) => this.#isFree(one.key));
    if (next >= 0) this.#waiting.splice(next, 1)[0]!.admit();
  }

  #isFree(key: string | undefined): boolean {
    if (this.#running >= this.bounds.size) return false;
    return key === undefined || this.#countOf(key) < this.bounds.sizePerKey;
  }

  #countOf(key: string): number {
    return this.#runningByKey.get(key) ?? 0;
  }

  #refuse(): Error {
    this.refused += 1;
    return overloaded();
  }
}
