/** One thing that is wrong: where, what, and how to fix it. */
export interface Finding {
  /** The kind of problem; every code is on the page `docs/doctor.md`. */
  readonly code: string;
  /** The table, column, class or route. */
  readonly place: string;
  readonly problem: string;
  /** The next step: a command, a call, or a change of the code. */
  readonly fix: string;
}

/** What a check of any kind says about itself. */
export interface CheckWords {
  readonly code: string;
  /** What it finds, in one sentence. */
  readonly finds: string;
  /** How to fix it, in one sentence. */
  readonly fix: string;
}
