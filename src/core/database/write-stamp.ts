import { ContextVariable } from './context-variable.js';
import type { Settings } from './settings.js';
import type { Statement } from './statement.js';

/**
 * What triggers are told of a write besides its rows, as settings of the transaction: who asked for
 * it. An empty value is none.
 */
export interface WriteStamp {
  /** The stamp of a write, read in the async context that asks for it. */
  current(): Settings;
  /** The stamp of a statement that writes the rows of several callers, by their public ids. */
  ofRows(rows: readonly StampedRow[]): Settings;
}

/** A row and the stamp of whoever asked for it. */
export interface StampedRow {
  readonly uuid: string;
  readonly stamp: Settings;
}

/** Stamps the writes of one `Database`. */
export class WriteStamps {
  readonly #given = new ContextVariable<Settings>();
  #source: WriteStamp | undefined;

  /** Every write asked for from now on carries a stamp. */
  use(source: WriteStamp): void {
    this.#source = source;
  }

  /** The stamp of a write that the running work asks for; undefined if writes carry none. */
  readonly current = (): Settings | undefined =>
    this.#source && (this.#given.get() ?? this.#source.current());

  /** Whether a statement has to be told who asked for it. */
  isNeeded({ mayWrite }: Pick<Statement, 'mayWrite'>): boolean {
    return mayWrite && isStamped(this.current());
  }

  /** The stamp of a shared statement; undefined if writes carry none. */
  ofRows(rows: readonly StampedRow[]): Settings | undefined {
    return this.#source?.ofRows(rows);
  }

  /** Runs work whose writes carry this stamp, whatever the async context is. */
  run<T>(stamp: Settings | undefined, work: () => T): T {
    return stamp === undefined ? work() : this.#given.run(stamp, work);
  }
}

/** Whether a stamp says anything. */
export function isStamped(stamp: Settings | undefined): stamp is Settings {
  return stamp !== undefined && Object.values(stamp).some((value) => value !== '');
}
