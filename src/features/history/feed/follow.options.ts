import { problem } from '../../../core/errors/problem.js';

/** Options of `ChangeFeed.follow`. */
export interface FollowOptions {
  /** Only these tables, each named alone or as `schema.table`; all by default. */
  readonly tables?: readonly string[] | undefined;
  /** Ends the iteration once it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** The maximum number of changes read at once. Default 5,000. */
  readonly size?: number | undefined;
  /** Milliseconds between two looks while there are changes. Default 5. */
  readonly minPause?: number | undefined;
  /** Milliseconds between two looks when nothing has changed for a while. Default 100. */
  readonly maxPause?: number | undefined;
}

/** Refuses pauses with which the feed would never rest, or never look. */
export function requirePauses(minPause: number, maxPause: number): void {
  if (minPause >= 1 && maxPause >= minPause && maxPause <= 60_000) return;
  throw problem('misuse', {
    detail: `The pauses of the feed are ${minPause} to ${maxPause} ms. Use 1 ms or more, and at most 60,000.`,
  });
}

/** Options of `ChangeFeed.consume`. */
export interface ConsumeOptions extends FollowOptions {
  /**
   * Milliseconds after which another instance takes over from one that vanished, from 100 to a day.
   * Default 15,000.
   */
  readonly lease?: number | undefined;
  /**
   * Reads the rows that there are, before the first change. It runs in the transaction of the
   * snapshot the consumer starts from, and again if the process ends before it is done.
   */
  readonly load?: (() => Promise<unknown>) | undefined;
}

/** Refuses a name or a lease that the table of consumers cannot keep. */
export function requireConsumer(name: string, { lease = 15_000 }: ConsumeOptions): void {
  const isNamed = name.length > 0 && name.length <= 255 && !name.includes('\0');
  if (!isNamed)
    throw problem('misuse', { detail: 'The name of a consumer is not 1 to 255 characters long.' });
  if (Number.isInteger(lease) && lease >= 100 && lease <= 86_400_000) return;
  throw problem('misuse', {
    detail: `The lease of a consumer is ${lease}, not a whole number from 100 to 86400000 ms.`,
  });
}
