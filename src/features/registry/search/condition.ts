/** Adds a value to those of a statement and returns its placeholder. */
export type BindParameter = (value: unknown) => string;

/** A condition for candidates, and whether they are only similar to the term. */
export interface SearchCondition {
  readonly sql: string;
  readonly isSimilar: boolean;
  /** Rows in which matches are found faster than among all names, except when reading by time. */
  readonly among?: string;
}
