import { Logger } from '@nestjs/common';
import { onBehalfOfNobody } from '../../../core/database/caller.js';
import type { Database } from '../../../core/database/database.js';
import type { LegacyCaller } from '../legacy-caller.js';
import type { CountedUse } from './use-statements.js';
import { addUses } from './use-statements.js';

/** Milliseconds between two writes. */
const writeEvery = 60_000;
/** The maximum number of callers of all routes that are told apart between two writes. */
const maxCallers = 10_000;

/**
 * Counts who sends old numbers to which route, in memory, and writes it once a minute in one
 * statement. What could not be written is written with the next; it never grows beyond its bound.
 */
export class LegacyUses {
  #uses = new Map<string, CountedUse>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #isFailing = false;
  #isClosed = false;

  constructor(
    private readonly database: Database,
    private readonly every = writeEvery,
  ) {}

  /** How many routes and callers are counted and not yet written. */
  get size(): number {
    return this.#uses.size;
  }

  note(route: string, caller: LegacyCaller): void {
    const now = performance.now();
    this.#add({ route, ...caller, count: 1, first: now, last: now });
    this.#schedule();
  }

  /** Writes what there is now; it never rejects. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
    if (this.#uses.size === 0) return;
    this.#writing = this.#write().finally(() => (this.#writing = undefined));
    await this.#writing;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
    clearTimeout(this.#timer);
  }

  async #write(): Promise<void> {
    const uses = this.#uses;
    this.#uses = new Map();
    try {
      await onBehalfOfNobody(() => addUses(this.database, [...uses.values()]));
      this.#isFailing = false;
    } catch (error) {
      for (const use of uses.values()) this.#add(use);
      this.#schedule();
      this.#warn(error as Error);
    }
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => void this.flush(), this.every).unref();
  }

  /** One more caller than fits is counted with the others of the same route. */
  #add(use: CountedUse): void {
    const key = `${use.route}\n${use.kind}\n${use.uuid}`;
    const known = this.#uses.get(key);
    if (known) {
      const first = Math.min(known.first, use.first);
      const last = Math.max(known.last, use.last);
      this.#uses.set(key, { ...known, count: known.count + use.count, first, last });
    } else if (this.#uses.size < maxCallers || use.kind === 'others') this.#uses.set(key, use);
    else this.#add({ ...use, kind: 'others', uuid: null });
  }

  #warn({ message }: Error): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    new Logger('DualId').warn(
      `Who sent old numeric ids could not be written; it is tried again every minute. ${message}`,
    );
  }
}
