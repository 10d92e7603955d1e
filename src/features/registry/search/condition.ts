/** Adds a value to those of a statement, and returns its placeholder. */
export type Bind = (value: unknown) => string;

/** A condition of candidates, and whether they are only like the term. */
export interface Condition {
  readonly sql: string;
  readonly isSimilar: boolean;
  /** Rows among which those that meet it are found sooner than among all names, unless by time. */
  readonly among?: string;
}
