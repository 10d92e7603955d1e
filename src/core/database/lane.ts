import { refusal } from '../errors/problem.js';
import type { Caller } from './caller.js';

/** Hands the place in a lane on; called exactly once. */
export type Leave = () => void;

/** Bounds of one lane. */
export interface LaneBounds {
  /** How many may be in it at once. */
  readonly size: number;
  /** How many of them may have the same key, since they wait for the same rows. */
  readonly sizePerKey: number;
  /** How many may wait for a place. */
  readonly maxWaiting: number;
  /** Milliseconds one may wait; 0 is without end. */
  readonly maxWait: number;
}

interface Waiting {
  readonly key: string | undefined;
  readonly admit: () => void;
}

/** Seconds after which somebody who was refused may try again. */
const retryAfter = 1;

/**
 * A bounded number of places and a bounded queue. Whoever finds neither, or waits too long, is
 * told `overloaded` in time, which beats being served when the client has left.
 */
export class Lane {
  #running = 0;
  readonly #runningByKey = new Map<string, number>();
  #waiting: Waiting[] = [];
  waited = 0;
  refused = 0;

  constructor(private readonly bounds: LaneBounds) {}

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** True where a place is free and nobody waits for it. */
  get hasRoom(): boolean {
    return this.#running < this.bounds.size && this.#waiting.length === 0;
  }

  /** Takes a place, at once where one is free. */
  enter(key: string | undefined, caller: Caller | undefined): Leave | Promise<Leave> {
    if (this.#isFree(key)) return this.#admit(key);
    if (this.#waiting.length >= this.bounds.maxWaiting) throw this.#refuse();
    return this.#wait(key, caller);
  }

  #wait(key: string | undefined, caller: Caller | undefined): Promise<Leave> {
    this.waited += 1;
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        forget?.();
      };
      const waiting: Waiting = {
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

  #admit(key: string | undefined): Leave {
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
    return refusal('overloaded', { retryAfter });
  }
}
