/** Rows of one kind that refer to an entity in one way. */
export interface ImpactItem {
  /** A foreign key, a link to the passport, or an edge of the graph. */
  readonly kind: 'reference' | 'link' | 'relation';
  /** The type of the entities that refer or, for edges, the type of the relation. */
  readonly type: string;
  /** The property that refers, or the side of the edges; null when nothing names it. */
  readonly through: string | null;
  /** What a delete would meet: it is refused, removes them as well, or clears the reference. */
  readonly effect: 'blocks' | 'cascades' | 'clears';
  /** How many refer, counted up to 1000. */
  readonly count: number;
  /** There are more than 1000. */
  readonly capped: boolean;
  /** Public ids of a few of them; none for rows that have no public id. */
  readonly examples: readonly string[];
}

/** Everything that refers to an entity. */
export interface ImpactReport {
  readonly uuid: string;
  readonly type: string;
  readonly items: readonly ImpactItem[];
}

/** The maximum number of rows that are counted of one kind, and most that are named. */
export const impactLimits = { counted: 1_000, examples: 5 } as const;

/** What is told of a count that went up to one more than the most. */
export function countOf(rows: number): number {
  return Math.min(rows, impactLimits.counted);
}

/** Whether a count that went up to one more than the most found that one. */
export function isCapped(rows: number): boolean {
  return rows > impactLimits.counted;
}
