interface CacheEntry<V> {
  readonly value: V;
  readonly until: number;
}

/** The maximum number of milliseconds after which entries whose time is over leave the memory. */
const maxSweepPause = 60_000;

/**
 * A cache that drops the oldest entry when full, and every entry once its time is over by the
 * monotonic clock.
 */
export class BoundedCache<V> {
  readonly #entries = new Map<string, CacheEntry<V>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly max: number,
    private readonly milliseconds: number,
  ) {}

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.until > performance.now()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  /** `until`: when it ends, if that is earlier than for other entries. */
  set(key: string, value: V, until = performance.now() + this.milliseconds): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, until });
    this.#sweepLater();
    if (this.#entries.size <= this.max) return;
    const [oldest] = this.#entries.keys();
    this.#entries.delete(oldest!);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** Nobody may ask for an entry again, which would then stay until others take its place. */
  #sweepLater(): void {
    if (this.#timer !== undefined) return;
    const pause = Math.min(this.milliseconds, maxSweepPause);
    this.#timer = setTimeout(() => this.#sweep(), pause).unref();
  }

  /** The oldest entries come first. */
  #sweep(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const [key, { until }] of this.#entries) {
      if (until > now) break;
      this.#entries.delete(key);
    }
    if (this.#entries.size > 0) this.#sweepLater();
  }
}
