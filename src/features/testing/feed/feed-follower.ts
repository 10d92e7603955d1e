import type { Appended, CheckedFeed, Lists } from './checked-feed.js';

const maxDoublings = 6;

/**
 * A consumer that is killed again and again, at any moment. What it was handed counts once it has
 * been stored, together with the offset; what came after the last offset is forgotten with it.
 */
export class FeedFollower {
  /** What was read in the snapshot it started from. */
  lists: Lists = new Map();
  readonly stored: Appended[] = [];
  kills = 0;
  readonly #values = new Set<number>();
  /** How many lives in a row ended before anything was stored. */
  #fruitless = 0;
  readonly #stopping = new AbortController();

  constructor(
    private readonly feed: CheckedFeed,
    private readonly life: number,
  ) {}

  /** Follows until it is stopped; rejects if the feed fails. */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    const { offset, lists } = await this.feed.snapshot();
    this.lists = lists;
    let at = offset;
    while (!signal.aborted) at = await this.#liveOnce(at, signal);
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Whether all these numbers were stored, or in the snapshot. */
  hasSeen(values: ReadonlySet<number>): boolean {
    const known = new Set([...this.lists.values()].flat());
    return [...values].every((value) => this.#values.has(value) || known.has(value));
  }

  /** From an offset to a sudden end; returns the last offset that was stored. */
  async #liveOnce(offset: string, stopped: AbortSignal): Promise<string> {
    const end = AbortSignal.timeout(Math.ceil(Math.random() * this.#maxLife()));
    const signal = AbortSignal.any([end, stopped]);
    const died = new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    const batches = this.feed.follow(offset, { signal })[Symbol.asyncIterator]();
    let at = offset;
    for (;;) {
      const next = batches.next();
      next.catch(() => undefined);
      const result = await Promise.race([next, died]);
      // A batch that is in hand when the consumer dies is not stored.
      if (result === undefined || result.done || signal.aborted) break;
      for (const change of result.value.changes) this.#store(change);
      at = result.value.offset;
    }
    void batches.return?.()?.catch(() => undefined);
    if (!stopped.aborted) this.kills += 1;
    this.#fruitless = at === offset ? this.#fruitless + 1 : 0;
    return at;
  }

  /** Lives get longer until something is stored, so that a slow machine does not look like a loss. */
  #maxLife(): number {
    return this.life * 2 ** Math.min(this.#fruitless, maxDoublings);
  }

  #store(change: Appended): void {
    this.stored.push(change);
    this.#values.add(change.value);
  }
}
