/** Rows of one kind that refer to an entity in one way. */
export interface ImpactItem {
  /** A foreign key, a link to the passport, or an edge of the graph. */
  readonly kind: 'reference' | 'link' | 'relation';
  /** The type of the referring entities or, for edges, the type of the relation. */
  readonly type: string;
  /** The referring property, or the side of the edges; null if nothing names it. */
  readonly through: string | null;
  /** What a delete would do: be blocked, remove these rows as well, or clear the reference. */
  readonly effect: 'blocks' | 'cascades' | 'clears';
  /** The number of referring rows, counted up to 1000. */
  readonly count: number;
  /** Whether there are more than 1000. */
  readonly capped: boolean;
  /** Public ids of a few of them; empty for rows without a public id. */
  readonly examples: readonly string[];
}

/** Everything that refers to an entity. */
export interface ImpactReport {
  readonly uuid: string;
  readonly type: string;
  readonly items: readonly ImpactItem[];
}

/** The maximum number of rows counted per kind, and the maximum number named. */
export const impactLimits = { counted: 1_000, examples: 5 } as const;

/** The count to report, given one that went up to the maximum plus one. */
export function countOf(rows: number): number {
  return Math.min(rows, impactLimits.counted);
}

/** Whether a count that went up to the maximum plus one reached it. */
export function isCapped(rows: number): boolean {
  return rows > impactLimits.counted;
}
