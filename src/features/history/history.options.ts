import type { ActorProvider } from './actor/actor-stamp.js';
import type { FeedHealthOptions } from './feed/feed-health.options.js';

/** Options of `HistoryModule.forRoot`. */
export interface HistoryOptions {
  /**
   * Returns the public id of whoever asks for a write, or undefined if nobody does. It is called in
   * the async context that asks, for every write. Without it, changes are logged without an actor.
   */
  readonly actor?: ActorProvider;
  /** When `FeedHealth` says that the feed is degraded, and how often it looks. */
  readonly feed?: FeedHealthOptions;
}

/** Injection token of the options. */
export const HISTORY_OPTIONS = Symbol('nest-dual-id:history');
