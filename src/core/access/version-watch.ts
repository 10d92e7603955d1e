import { Logger } from '@nestjs/common';
import { onBehalfOfNobody } from '../database/caller.js';
import type { Database } from '../database/database.js';
import { statement } from '../database/statement.js';

/** Milliseconds between two looks, so that a change is seen within a second. */
const pause = 500;

/** Is told the version that keys and rights have now. */
export type SeeVersion = (version: bigint) => void;

/** Looks at the version of keys and rights for as long as anything is in a cache. */
export class VersionWatch {
  readonly #followers = new Set<SeeVersion>();
  #timer: NodeJS.Timeout | undefined;
  #neededUntil = 0;
  #isLooking = false;
  #isFailing = false;

  constructor(private readonly database: Database) {}

  follow(see: SeeVersion): void {
    this.#followers.add(see);
  }

  unfollow(see: SeeVersion): void {
    this.#followers.delete(see);
    if (this.#followers.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Looks for at least this many milliseconds from now on. */
  watchFor(milliseconds: number): void {
    this.#neededUntil = Math.max(this.#neededUntil, performance.now() + milliseconds);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer || this.#isLooking || this.#followers.size === 0) return;
    this.#timer = setTimeout(() => void this.#lookOnce(), pause).unref();
  }

  async #lookOnce(): Promise<void> {
    this.#timer = undefined;
    this.#isLooking = true;
    try {
      const [row] = await onBehalfOfNobody(() => this.database.rows(readVersion));
      const version = BigInt((row?.[0] as string | undefined) ?? 0);
      for (const see of this.#followers) see(version);
      this.#isFailing = false;
    } catch (error) {
      this.#warn(error as Error);
    }
    this.#isLooking = false;
    if (performance.now() < this.#neededUntil) this.#schedule();
  }

  /** While the database is away, entries end with their time in the cache. */
  #warn({ message }: Error): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    new Logger('DualId').warn(
      `Changes of API keys and permissions could not be looked for; those in the cache are honored for 10 seconds at most. ${message}`,
    );
  }
}

const watches = new WeakMap<Database, VersionWatch>();

/** The one watch of a database, whatever has something in a cache. */
export function versionWatchOf(database: Database): VersionWatch {
  const known = watches.get(database);
  if (known) return known;
  const watch = new VersionWatch(database);
  watches.set(database, watch);
  return watch;
}

const readVersion = statement('SELECT version::text FROM dual_id.access_version', 'background');
