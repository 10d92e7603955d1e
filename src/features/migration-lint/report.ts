/** A place in a file; both numbers begin at 1. */
export interface LintPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something unsafe in a migration. */
export interface LintFinding extends LintPlace {
  readonly rule: string;
  /** The table, column or index that it is about, if it names one. */
  readonly subject: string | null;
  /** Why it is unsafe. */
  readonly why: string;
  /** What to write instead. */
  readonly safeForm: string;
}

/** Something in a migration that the lint could not read or does not need. */
export interface LintNote extends LintPlace {
  readonly note: string;
}

/** A file that could not be checked. */
export interface LintFailure {
  readonly file: string;
  readonly problem: string;
}

/** What the lint found. */
export interface LintReport {
  /** How many files were checked. */
  readonly files: number;
  readonly findings: readonly LintFinding[];
  readonly notes: readonly LintNote[];
  readonly failures: readonly LintFailure[];
}

/** What to check, and for which server. */
export interface LintOptions {
  /** The major version of PostgreSQL; 15 by default. */
  readonly postgres?: number;
  /** Only migrations with a later timestamp. */
  readonly since?: number;
  /** Rules that are not applied. */
  readonly disable?: readonly string[];
  /** Whether `down` is checked as well. */
  readonly down?: boolean;
}
