/** How many operations there were, and their times. */
export type LatencySummary = ReturnType<Latencies['summary']>;

/** Milliseconds from when each operation was meant to start until its end. */
export class Latencies {
  #all: number[] = [];

  note(milliseconds: number): void {
    this.#all.push(milliseconds);
  }

  get count(): number {
    return this.#all.length;
  }

  /** Forgets what was noted. */
  clear(): void {
    this.#all = [];
  }

  /** How many, and the percentiles. */
  summary() {
    const sorted = Float64Array.from(this.#all).sort();
    const at = (share: number) =>
      Math.round(
        (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10,
      ) / 10;
    return { count: sorted.length, p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) };
  }
}
