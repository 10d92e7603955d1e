import type { TablePlace } from '../plan/conversion-plan.js';

/** The phases of a conversion, in order. */
export const phases = [
  'expand',
  'backfill',
  'index',
  'validate',
  'verify',
  'swap',
  'observe',
  'contract',
] as const;

/** One of them. */
export type Phase = (typeof phases)[number];

/** Statements of one short transaction, which commits together with its checkpoint. */
export interface TransactionWork {
  readonly kind: 'transaction';
  /** Tables that are locked at first, in this order, so that nobody else's order meets theirs. */
  readonly locks: readonly TablePlace[];
  readonly statements: readonly string[];
}

/** Statements that may take long, and lock nobody out while they do. */
export interface LongWork {
  readonly kind: 'long';
  readonly statements: readonly string[];
}

/** An index that is built while others write. */
export interface IndexWork {
  readonly kind: 'index';
  readonly table: TablePlace;
  readonly name: string;
  readonly isUnique: boolean;
  readonly on: string;
}

/** An index that is dropped while others write. */
export interface DropIndexWork {
  readonly kind: 'drop-index';
  readonly schema: string;
  readonly name: string;
}

/** A change of all rows of a table, in batches of neighboring blocks. */
export interface BatchWork {
  readonly kind: 'batches';
  readonly table: TablePlace;
  /** The change of the rows from `$1::tid` up to, but without `$2::tid`, in round `$3`. */
  readonly update: string;
  /** The condition of rows that are still to be changed. */
  readonly remaining: string;
}

/** Counts of rows that break the conversion; each has to be 0. */
export interface CheckWork {
  readonly kind: 'checks';
  readonly checks: readonly Check[];
}

/** One count; a range of blocks is compared at a time, so that no snapshot lasts. */
export interface Check {
  readonly what: string;
  readonly table: TablePlace;
  /**
   * Selects `rows`, `faults` and `checksum` of the rows from `$1::tid` up to, but without
   * `$2::tid`.
   */
  readonly query: string;
}

/** What a step does. */
export type Work = TransactionWork | LongWork | IndexWork | DropIndexWork | BatchWork | CheckWork;

/** One step of a conversion; running it again after a crash goes on where it stopped. */
export interface ConversionStep {
  /** Unique within the conversion, and the same in every version of the code. */
  readonly name: string;
  readonly phase: Phase;
  readonly work: Work;
  /** What takes it back, in order. */
  readonly undo: readonly Work[];
  /** Nothing takes it back: old columns go with it. */
  readonly isFinal?: boolean;
}
