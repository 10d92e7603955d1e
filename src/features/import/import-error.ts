/** Why an import did not happen or end: one sentence for a person, followed by the next step. */
export class ImportError extends Error {
  override readonly name: string = 'ImportError';
}

/** Rows came or went between two looks at the table. */
export class Overtaken extends ImportError {}

/** Rows are left that no writer has taken and no check rejects. */
export class Stuck extends Overtaken {}

/** The connection was lost at a commit, so that nobody knows yet whether it happened. */
export class UnsureCommit extends ImportError {}
