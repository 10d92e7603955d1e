import { Database, dualIdDataSource } from 'nest-dual-id';
import { ChangeFeed } from 'nest-dual-id/history';
import type { Change, FeedBatch, FollowOptions, HistoryTable } from 'nest-dual-id/history';
import { DataSource } from 'typeorm';
import type { OpenSession } from '../../../support/open-session.js';
import { openSession } from '../../../support/open-session.js';
import type { Office } from '../office.js';
import { openOffice } from '../office.js';

/** An office whose log is followed, by the role that owns nothing. */
export interface FeedOffice extends Office {
  readonly feed: ChangeFeed;
  readonly database: Database;
  /** Another instance of the application, with connections of its own. */
  instance(): Promise<Instance>;
  /** Begins a transaction, runs statements in it and leaves it open. */
  begin(...statements: string[]): Promise<OpenSession>;
}

/** One process of the application, as far as the database can tell. */
export interface Instance {
  readonly feed: ChangeFeed;
  readonly database: Database;
  /** Closes its connections, whatever it is doing. */
  vanish(): Promise<void>;
}

/** Opens the office, with the tables to log. */
export async function openFeedOffice(tables?: readonly HistoryTable[]): Promise<FeedOffice> {
  const office = await openOffice(tables);
  const open: DataSource[] = [];
  const instance = async (): Promise<Instance> => {
    const source = await new DataSource(
      dualIdDataSource({ url: office.url, entities: [] }),
    ).initialize();
    open.push(source);
    const database = new Database(source, {});
    const vanish = async () => {
      if (source.isInitialized) await source.destroy();
    };
    return { database, feed: new ChangeFeed(database), vanish };
  };
  const { feed, database } = await instance();
  return {
    ...office,
    feed,
    database,
    instance,
    begin: (...statements) => openSession(office.url, ...statements),
    stop: async () => {
      for (const source of open) if (source.isInitialized) await source.destroy();
      await office.stop();
    },
  };
}

/** What was handed out until there were this many changes, and the offset after them. */
export async function take(
  feed: ChangeFeed,
  offset: string,
  count: number,
  options: FollowOptions = {},
): Promise<FeedBatch> {
  const changes: Change[] = [];
  let last = offset;
  const signal = AbortSignal.timeout(20_000);
  for await (const batch of feed.follow(offset, { ...options, signal })) {
    changes.push(...batch.changes);
    last = batch.offset;
    if (changes.length >= count) break;
  }
  return { changes, offset: last };
}

/** What there is after an offset. */
export async function drain(
  feed: ChangeFeed,
  offset: string,
  options: FollowOptions = {},
): Promise<FeedBatch> {
  const changes: Change[] = [];
  let last = offset;
  for await (const batch of feed.read(offset, options)) {
    changes.push(...batch.changes);
    last = batch.offset;
  }
  return { changes, offset: last };
}

/** Changes as a line each: operation, table and record. */
export const linesOf = ({ changes }: FeedBatch) =>
  changes.map(({ operation, table, recordId }) => `${operation} ${table} ${recordId}`);
