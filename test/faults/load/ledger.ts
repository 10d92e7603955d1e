import type { TimedResult } from './patient-client.js';

/** What a client knows about a write: it was done, it was refused and left no trace, or either. */
export type Outcome = 'done' | 'refused' | 'unknown';

/** A write that creates something, distinguished from all others by its values. */
export interface Creation {
  outcome: Outcome;
  uuid?: string;
}

/** Writes of one client that change one thing again and again. */
export interface Changes {
  done: number;
  unknown: number;
  /** The values that may be stored now. */
  possible: Set<string>;
}

/** Everything that clients asked a shop to write, and its replies. */
export class Ledger {
  /** Orders by their number, which the quantities of their two lines spell. */
  readonly orders = new Map<number, Creation>();
  /** Users by e-mail address. */
  readonly users = new Map<string, Creation>();
  /** Changes of a user's city, by public id of the user. */
  readonly cities = new Map<string, Changes>();
  /** Single pieces that were added to a cart, by public id of the cart. */
  readonly carts = new Map<string, Changes>();
  /** Replies that no client should ever get. */
  readonly surprises: string[] = [];
  #serial = 0;

  /** A number that has not been used before. */
  next(): number {
    this.#serial += 1;
    return this.#serial;
  }

  /** Notes a creation before it is requested, so that one without a response counts as well. */
  open<K>(creations: Map<K, Creation>, key: K): Creation {
    const creation: Creation = { outcome: 'unknown' };
    creations.set(key, creation);
    return creation;
  }

  /** Judges a reply to a write. */
  outcomeOf({ status, code }: TimedResult): Outcome {
    if (status >= 200 && status < 300) return 'done';
    if (status === 0 || code === 'outcome_unknown') return 'unknown';
    if (![409, 412, 429, 503].includes(status)) this.surprises.push(`${status} ${code}`);
    return status < 500 || status === 503 ? 'refused' : 'unknown';
  }

  /** Notes one change; `value` is what it leaves behind. */
  change(changes: Changes, outcome: Outcome, value: string): void {
    if (outcome === 'done') {
      changes.done += 1;
      changes.possible = new Set([value]);
    } else if (outcome === 'unknown') {
      changes.unknown += 1;
      changes.possible.add(value);
    }
  }

  /** How many writes were acknowledged. */
  get acknowledged(): number {
    const creations = [...this.orders.values(), ...this.users.values()];
    const changes = [...this.cities.values(), ...this.carts.values()];
    const created = creations.filter(({ outcome }) => outcome === 'done').length;
    return changes.reduce((sum, { done }) => sum + done, created);
  }
}
