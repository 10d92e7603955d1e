/** Figures by name: counts since the start, and current states. */
export type Counts = Readonly<Record<string, number>>;

/** Something whose work can be counted; read by a metrics endpoint. */
export interface Counted {
  counts(): Counts;
}

/** Counts events, by name. */
export class Counters implements Counted {
  readonly #counts = new Map<string, number>();

  constructor(names: readonly string[]) {
    for (const name of names) this.#counts.set(name, 0);
  }

  add(name: string, by = 1): void {
    this.#counts.set(name, this.of(name) + by);
  }

  /** How often it has happened so far. */
  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  counts(): Counts {
    return Object.fromEntries(this.#counts);
  }
}
