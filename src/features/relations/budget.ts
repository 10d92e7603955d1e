/** What a walk may cost. */
export interface WalkLimits {
  /** The maximum number of edges read. Default 10000. */
  readonly edges?: number | undefined;
  /** The maximum number of milliseconds, checked between statements. Default 1000. */
  readonly milliseconds?: number | undefined;
}

/** Counts what a walk has cost. */
export class WalkBudget {
  #edges: number;
  readonly #end: number;

  constructor({ edges = 10_000, milliseconds = 1_000 }: WalkLimits) {
    this.#edges = edges;
    this.#end = performance.now() + milliseconds;
  }

  /** Edges that may still be read; 0 once time is up. */
  get left(): number {
    return performance.now() >= this.#end ? 0 : this.#edges;
  }

  spend(edges: number): void {
    this.#edges -= edges;
  }
}
