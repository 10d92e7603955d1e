/** One thing that is wrong: where, what, and what cures it. */
export interface Finding {
  /** What kind of thing it is; every code is on the page `docs/doctor.md`. */
  readonly code: string;
  /** The table, column, class or route. */
  readonly place: string;
  readonly problem: string;
  /** The next step: a command, a call, or a change of the code. */
  readonly cure: string;
}

/** What a check of any kind says about itself. */
export interface CheckWords {
  readonly code: string;
  /** What it finds, in one sentence. */
  readonly finds: string;
  /** What cures it, in one sentence. */
  readonly cure: string;
}
