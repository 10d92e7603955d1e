import { problem } from '../../../core/errors/problem.js';

/** Options of `FeedHealth`, in `HistoryModule.forRoot({ feed })`. */
export interface FeedHealthOptions {
  /**
   * The seconds for which an open transaction may hold the feed back before it counts as degraded.
   * Default 300.
   */
  readonly maxHorizonAge?: number;
  /** Milliseconds between two looks at the database. Default 10,000. */
  readonly lookEvery?: number;
}

/** Refuses a limit that every transaction passes, and looks that never rest or never come. */
export function requireFeedHealth({ maxHorizonAge, lookEvery }: Required<FeedHealthOptions>): void {
  if (!(maxHorizonAge > 0)) {
    throw problem('misuse', {
      detail: `The maxHorizonAge of the feed is ${maxHorizonAge}, not a number of seconds above 0.`,
    });
  }
  if (lookEvery >= 10 && lookEvery < 2 ** 31) return;
  throw problem('misuse', {
    detail: `The lookEvery of the feed is ${lookEvery}, not a time from 10 milliseconds up.`,
  });
}
