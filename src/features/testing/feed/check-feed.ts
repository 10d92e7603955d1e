import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckedFeed, ListStore } from './checked-feed.js';
import { FeedFollower } from './feed-follower.js';
import { FeedWriters } from './feed-writers.js';
import type { FeedVerdict } from './feed-verdict.js';
import { judgeFeed } from './feed-verdict.js';

/** What `checkFeed` checks, and how hard. */
export interface FeedCheckOptions {
  readonly feed: CheckedFeed;
  readonly store: ListStore;
  /** Writers at the same time. Default 8. */
  readonly writers?: number;
  /** Transactions of all writers together. Default 400. */
  readonly transactions?: number;
  /** The maximum milliseconds a transaction stays open; one of ten takes ten times that. Default 20. */
  readonly length?: number;
  /** Consumers at the same time, each from a snapshot of its own. Default 3. */
  readonly consumers?: number;
  /**
   * The maximum milliseconds until a consumer is killed and started again. Default 200. It doubles
   * after each life in which nothing was stored, up to 64 times.
   */
  readonly life?: number;
  /** Milliseconds after the last write in which everything has to arrive. Default 20,000. */
  readonly patience?: number;
}

/**
 * Checks a feed: writers append numbers to lists in transactions that commit early and late, or not
 * at all, while consumers follow, are killed and go on from the last offset they stored. The verdict
 * names what was lost, handed out twice, or handed out after something newer of the same record.
 *
 * @example
 * const verdict = await checkFeed({ feed, store });
 * expect(verdict).toMatchObject({ lost: [], repeated: [], stale: [], unwritten: [] });
 */
export async function checkFeed(options: FeedCheckOptions): Promise<FeedVerdict> {
  const { feed, store, consumers = 3, life = 200, patience = 20_000 } = options;
  const { writers: count = 8, transactions = 400, length = 20 } = options;
  const writers = new FeedWriters(store, { count, transactions, length });
  const followers = Array.from({ length: consumers }, () => new FeedFollower(feed, life));
  const writing = writers.run();
  const following = followers.map(async (follower, place) => {
    // Not all of them start before the first write.
    await sleep(place * length);
    await follower.run();
  });
  const ended = Promise.allSettled([writing, ...following]);
  try {
    await Promise.race([writing, ...following]);
    const marks = await writing.then(() => writers.mark());
    const giveUpAt = performance.now() + patience;
    const haveArrived = () => followers.every((follower) => follower.hasSeen(marks));
    while (!haveArrived() && performance.now() < giveUpAt) await sleep(20);
    // What comes after the last number of a list comes too late, but it comes.
    await sleep(100);
  } finally {
    writers.stop();
    for (const follower of followers) follower.stop();
    // Whatever failed first is thrown, but not before nothing uses the store any more.
    await ended;
  }
  await Promise.all(following);
  return judgeFeed(await store.read(), writers.written, followers);
}
