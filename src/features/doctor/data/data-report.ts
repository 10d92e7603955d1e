import type { Finding } from '../finding.js';

/** A row that is wrong. */
export interface DataFinding extends Finding {
  /** What repair would do to it; null if nothing is certain enough. */
  readonly repair: string | null;
}

/** How many rows in one place are wrong in one way. */
export interface DataCount {
  readonly code: string;
  readonly place: string;
  readonly rows: number;
  /** Those that repair fixes. */
  readonly repairable: number;
}

/** The state of a database's rows. */
export interface DataReport {
  /** The first rows of each kind and place; `counts` covers all of them. */
  readonly findings: readonly DataFinding[];
  readonly counts: readonly DataCount[];
  /** The number of tables read, including the registry's. */
  readonly tables: number;
  readonly seconds: number;
}

/** Collects findings: all of them are counted, the first ones of each kind and place are kept. */
export class FindingTally {
  readonly findings: DataFinding[] = [];
  readonly #counts = new Map<string, DataCount>();

  constructor(private readonly shown: number) {}

  add(finding: DataFinding): void {
    const { code, place, repair } = finding;
    const known = this.#counts.get(`${code} ${place}`);
    const rows = (known?.rows ?? 0) + 1;
    const repairable = (known?.repairable ?? 0) + (repair === null ? 0 : 1);
    this.#counts.set(`${code} ${place}`, { code, place, rows, repairable });
    if (rows <= this.shown) this.findings.push(finding);
  }

  get counts(): readonly DataCount[] {
    return [...this.#counts.values()];
  }
}
