import type { BatchRow } from './feed-statements.js';
import { isAbove } from './position.js';

/** How many records are kept at most in each of two generations. */
const generation = 10_000;

/**
 * Finds changes that come after a newer one of the same record. Transactions are handed out in the
 * order in which they began: an older one that changes a row after a newer one comes first. Only a
 * number below the highest that was handed out can be of such a change. The newest number of each
 * record is kept for the last 10,000 to 20,000 records; below the highest number from before these,
 * the log itself is asked, so that memory stays bounded and a restart forgets nothing.
 */
export class Overtaken {
  #young = new Map<string, string>();
  #old = new Map<string, string>();
  /** The highest number from before each generation. */
  #youngFloor: string;
  #oldFloor: string;

  constructor(highest: string) {
    this.#youngFloor = highest;
    this.#oldFloor = highest;
  }

  /** Whether a change was overtaken; undefined if only the log can tell. It is remembered. */
  see(row: BatchRow, highest: string): boolean | undefined {
    const record = recordOf(row);
    const change = row[2]!;
    const newest = this.#young.get(record) ?? this.#old.get(record);
    const isOvertaken = newest !== undefined && isAbove(newest, change);
    if (!isOvertaken) this.#remember(record, change, highest);
    if (isOvertaken || isAbove(change, this.#oldFloor)) return isOvertaken;
    return undefined;
  }

  #remember(record: string, change: string, highest: string): void {
    if (this.#young.size >= generation) {
      this.#old = this.#young;
      this.#oldFloor = this.#youngFloor;
      this.#young = new Map();
      this.#youngFloor = highest;
    }
    this.#young.set(record, change);
  }
}

/** The part of a record's key besides its integer id. */
export function restOf(row: BatchRow): string {
  return `${row[6] ?? ''}${row[9] ?? ''}`;
}

function recordOf(row: BatchRow): string {
  return `${row[3]}/${row[4]}/${restOf(row)}`;
}
