/** The ids one sequence hands out once canaries are planted. */
export interface CanaryRange {
  readonly table: string;
  readonly column: string;
  readonly first: bigint;
  /** One past the last id that counts as a canary. */
  readonly end: bigint;
}

/** A column whose values come from a sequence. */
export interface SequenceColumn {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  readonly type: 'integer' | 'bigint';
}

interface RangeLayout {
  readonly base: bigint;
  readonly step: bigint;
  /** Kept far below the step, so that a digit run rarely falls into a range by accident. */
  readonly width: bigint;
}

const layouts: Readonly<Record<SequenceColumn['type'], RangeLayout>> = {
  bigint: { base: 7_700_000_000_000n, step: 1_000_000_000n, width: 10_000_000n },
  integer: { base: 1_900_000_000n, step: 1_000_000n, width: 100_000n },
};

/** The range of the nth sequence of a type. */
export function canaryRange(of: SequenceColumn, nth: number): CanaryRange {
  const { base, step } = layouts[of.type];
  return rangeFrom(of, base + BigInt(nth) * step);
}

/**
 * The range a sequence actually got: it starts later if the table was already past its canaries.
 */
export function settledRange(of: SequenceColumn, planned: CanaryRange, next: bigint): CanaryRange {
  return next < planned.end ? planned : rangeFrom(of, next);
}

function rangeFrom({ schema, table, column, type }: SequenceColumn, first: bigint): CanaryRange {
  const name = schema === 'public' ? table : `${schema}.${table}`;
  return { table: name, column, first, end: first + layouts[type].width };
}
