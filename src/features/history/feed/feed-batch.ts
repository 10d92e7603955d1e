import type { Change } from './change.js';
import type { FollowOptions } from './follow.options.js';

/** Changes that were read together, and the offset after them. */
export interface FeedBatch {
  /** May be empty: then only the offset has moved. */
  readonly changes: readonly Change[];
  /** An opaque text to store, and to follow from later. */
  readonly offset: string;
}

/** A place in the log, and what was read there. */
export interface FeedSnapshot<T> {
  readonly offset: string;
  readonly result: T;
}

/** What a consumer needs of a feed. */
export interface OffsetFeed {
  snapshot<T>(work: () => Promise<T>): Promise<FeedSnapshot<T>>;
  follow(offset: string, options: FollowOptions): AsyncIterable<FeedBatch>;
}
