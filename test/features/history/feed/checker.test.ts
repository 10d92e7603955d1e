import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { checkFeed } from 'nest-dual-id/testing';
import type { CheckedFeed } from 'nest-dual-id/testing';
import { checkListFeed } from '../../../examples/checked-feed.js';
import type { ListOffice } from './list-office.js';
import { openLists } from './list-office.js';

let office: ListOffice;
beforeEach(async () => {
  office = await openLists(40);
});
afterEach(() => office.stop());

const sound = { isSound: true, lost: [], repeated: [], stale: [], unwritten: [] };

test('the feed loses and repeats nothing while writers commit late and consumers are killed', async () => {
  const verdict = await checkFeed({ feed: office.feed, store: office.store });
  expect(verdict).toMatchObject(sound);
  expect(verdict.values).toBeGreaterThan(400);
  expect(verdict.kills).toBeGreaterThan(10);
});

test('the example of the checker finds the feed sound', async () => {
  expect(await checkListFeed(office.database, office.pool)).toMatchObject(sound);
});

test('a reader of `change_id > last` is caught losing changes', async () => {
  const verdict = await checkFeed({ feed: office.naive, store: office.store, patience: 500 });
  expect(verdict.lost.length).toBeGreaterThan(0);
  expect(verdict.isSound).toBe(false);
});

/** The feed with its batches changed on their way. */
const spoilt = (change: (changes: CheckedChanges) => CheckedChanges): CheckedFeed => ({
  snapshot: () => office.feed.snapshot(),
  async *follow(offset, options) {
    for await (const batch of office.feed.follow(offset, options))
      yield { offset: batch.offset, changes: change(batch.changes) };
  },
});
type CheckedChanges = readonly { readonly record: string; readonly value: number }[];

const small = { transactions: 60, patience: 500 };

test('a feed that hands changes out twice is caught', async () => {
  const feed = spoilt((changes) => changes.flatMap((one) => [one, one]));
  const verdict = await checkFeed({ feed, store: office.store, transactions: 60 });
  expect(verdict).toMatchObject({ isSound: false, lost: [], unwritten: [] });
  expect(verdict.repeated.length).toBeGreaterThan(0);
});

test('a feed that hands an older change of a record out after a newer one is caught', async () => {
  const held = new Map<string, CheckedChanges[number]>();
  // There are more transactions than records, so that some record changes twice.
  const feed = spoilt((changes) =>
    changes.flatMap((one) => {
      const older = held.get(one.record);
      if (older) held.delete(one.record);
      else held.set(one.record, one);
      return older ? [one, older] : [];
    }),
  );
  const verdict = await checkFeed({ feed, store: office.store, ...small, consumers: 1, life: 1e6 });
  expect(verdict.stale.length).toBeGreaterThan(0);
});

test('a feed that hands out what was never committed is caught', async () => {
  const feed = spoilt((changes) => [...changes, { record: 'list 1', value: -1 }]);
  const verdict = await checkFeed({ feed, store: office.store, transactions: 60 });
  expect(verdict.unwritten.length).toBeGreaterThan(0);
});

test('a feed that takes longer than a life for its first batch is no worse for it', async () => {
  const feed: CheckedFeed = {
    snapshot: () => office.feed.snapshot(),
    async *follow(offset, options) {
      await sleep(100);
      yield* office.feed.follow(offset, options);
    },
  };
  const verdict = await checkFeed({ feed, store: office.store, transactions: 60, life: 10 });
  expect(verdict).toMatchObject(sound);
});

test('an error of the feed is thrown', async () => {
  const feed = spoilt(() => {
    throw new Error('The feed broke.');
  });
  const checking = checkFeed({ feed, store: office.store, transactions: 60 });
  await expect(checking).rejects.toThrow('The feed broke.');
});
