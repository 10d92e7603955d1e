import type { Finding } from '../finding.js';

/** A row that is wrong. */
export interface DataFinding extends Finding {
  /** What repair would do to it; null where nothing is certain enough. */
  readonly repair: string | null;
}

/** How many rows of one place are wrong in one way. */
export interface DataCount {
  readonly code: string;
  readonly place: string;
  readonly rows: number;
  /** Those that repair puts right. */
  readonly repairable: number;
}

/** What the rows of a database look like. */
export interface DataReport {
  /** The first rows of each kind and place; `counts` has all of them. */
  readonly findings: readonly DataFinding[];
  readonly counts: readonly DataCount[];
  /** Tables that were read, the registry among them. */
  readonly tables: number;
  readonly seconds: number;
}

/** Gathers findings: all of them are counted, the first ones of each kind and place are kept. */
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
