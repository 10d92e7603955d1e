import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FeedOffice } from './feed-office.js';
import { drain, linesOf, openFeedOffice, take } from './feed-office.js';

let office: FeedOffice;
beforeEach(async () => {
  office = await openFeedOffice();
});
afterEach(() => office.stop());

const insertNote = (id: number) => office.sql(`INSERT INTO notes VALUES (${id}, '', '')`);

/** A change of two years ago, as a log that has run for so long has it. */
const longAgo = (transaction: number) =>
  `INSERT INTO dual_id.changes (transaction_id, occurred_at, table_id, operation, record_id)
    SELECT '${transaction}', now() - interval '2 years', table_id, 'I', 7
    FROM dual_id.history_tables WHERE table_name = 'notes'`;
const logLongAgo = (transaction: number) => office.asOwner(longAgo(transaction));
const dropSql = `SELECT dual_id.drop_changes_before(now() - interval '1 year')`;

const dropOld = async () => {
  await office.asOwner('SELECT dual_id.make_change_partitions(0)');
  await office.asOwner(dropSql);
};

describe('retention', () => {
  test('an offset before changes that were dropped is an error, not a gap', async () => {
    const { offset } = await office.feed.snapshot();
    const [now] = await office.sql<{ id: string }>('SELECT pg_current_xact_id()::text AS id');
    await logLongAgo(Number(now!.id));
    await dropOld();
    await expect(drain(office.feed, offset)).rejects.toMatchObject({
      code: 'offset_expired',
      message: expect.stringMatching(/Take a new snapshot/),
    });
  });

  test('an offset after them goes on', async () => {
    await logLongAgo(4);
    const { offset } = await office.feed.snapshot();
    await insertNote(1);
    const first = await take(office.feed, offset, 1);
    await dropOld();
    await insertNote(2);
    expect(linesOf(await take(office.feed, first.offset, 1))).toEqual(['insert notes 2']);
  });

  test('an offset at the last change goes on, whatever the size of its batches', async () => {
    const { offset } = await office.feed.snapshot();
    // The change of the transaction that is read last has the lower number.
    for (const transaction of [5, 4]) await logLongAgo(transaction);
    const read = await drain(office.feed, offset, { size: 1 });
    await dropOld();
    await insertNote(1);
    expect(linesOf(await take(office.feed, read.offset, 1))).toEqual(['insert notes 1']);
  });
});

describe('a snapshot after retention, while an older transaction is open', () => {
  const transactionNow = async () => {
    const [now] = await office.sql<{ id: string }>('SELECT pg_current_xact_id()::text AS id');
    return Number(now!.id);
  };

  test.each([
    ['has changes left', 1],
    ['has no changes left', 0],
  ])('goes on with what came after it, where the log %s', async (_what, left) => {
    const older = await office.begin('SELECT pg_current_xact_id()');
    await logLongAgo(await transactionNow());
    for (let id = 1; id <= left; id++) await insertNote(id);
    await dropOld();
    const { offset } = await office.feed.snapshot();
    await insertNote(5);
    await older.query(`INSERT INTO notes VALUES (6, '', '')`);
    await older.query('COMMIT');
    await older.end();
    await insertNote(8);
    const three = await take(office.feed, offset, 3, { size: 1 });
    expect(linesOf(three)).toEqual(['insert notes 6', 'insert notes 5', 'insert notes 8']);
    expect(linesOf(await drain(office.feed, three.offset))).toEqual([]);
  });

  test('is an error once changes are dropped that it did not see', async () => {
    const older = await office.begin('SELECT pg_current_xact_id()');
    await logLongAgo(await transactionNow());
    await dropOld();
    const { offset } = await office.feed.snapshot();
    await logLongAgo(await transactionNow());
    await dropOld();
    await older.end();
    await expect(drain(office.feed, offset)).rejects.toMatchObject({ code: 'offset_expired' });
  });

  test('goes on where the newest change left is of an older transaction than those dropped', async () => {
    const older = await office.begin('SELECT pg_current_xact_id()');
    await logLongAgo(await transactionNow());
    await older.query(`INSERT INTO notes VALUES (6, '', '')`);
    await older.query('COMMIT');
    await older.end();
    await dropOld();
    const { offset } = await office.feed.snapshot();
    await insertNote(8);
    expect(linesOf(await take(office.feed, offset, 1))).toEqual(['insert notes 8']);
  });
});

test('retention counts what was not yet committed when it began', async () => {
  await logLongAgo(4);
  await office.asOwner('SELECT dual_id.make_change_partitions(0)');
  await office.asOwner(
    `ALTER FUNCTION dual_id.drop_changes_before(timestamptz) SET lock_timeout = '1min'`,
  );
  const writer = office.owner.createQueryRunner();
  await writer.startTransaction();
  await writer.query(longAgo(5));
  const dropping = office.asOwner(dropSql);
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database()
    AND wait_event_type = 'Lock' AND query LIKE '%drop_changes_before%'`;
  while ((await office.asSuperuser(waiting)).length === 0) await sleep(20);
  await writer.commitTransaction();
  await writer.release();
  await dropping;
  const dropped =
    'SELECT change_count, last_transaction_id::text AS last FROM dual_id.dropped_changes';
  expect(await office.sql(dropped)).toEqual([{ change_count: '2', last: '5' }]);
});

describe('a snapshot of a log without changes', () => {
  const transactionOf = (offset: string) =>
    BigInt((JSON.parse(Buffer.from(offset, 'base64url').toString()) as string[])[2]!);

  test('is before every transaction, those too that a crash takes back', async () => {
    const { offset } = await office.feed.snapshot();
    expect(transactionOf(offset)).toBe(0n);
    await insertNote(1);
    expect(linesOf(await take(office.feed, offset, 1))).toEqual(['insert notes 1']);
  });

  test('is after the changes that retention dropped', async () => {
    await logLongAgo(4);
    await dropOld();
    const { offset } = await office.feed.snapshot();
    expect(transactionOf(offset)).toBe(5n);
    await insertNote(1);
    expect(linesOf(await take(office.feed, offset, 1))).toEqual(['insert notes 1']);
  });
});

describe('a database that was set back', () => {
  test('is noticed by the last change that was handed out', async () => {
    const { offset } = await office.feed.snapshot();
    await insertNote(1);
    const first = await take(office.feed, offset, 1);
    await office.asSuperuser(`SET session_replication_role = replica;
      ALTER TABLE dual_id.changes DISABLE TRIGGER ALL; DO $$ DECLARE part regclass; BEGIN
        FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'dual_id.changes'::regclass
        LOOP EXECUTE format('ALTER TABLE %s DISABLE TRIGGER ALL; DELETE FROM %s', part, part); END LOOP;
      END $$`);
    await expect(take(office.feed, first.offset, 1)).rejects.toMatchObject({
      code: 'offset_ahead',
    });
  });

  test('is noticed by a transaction that is yet to come', async () => {
    const { offset } = await office.feed.snapshot();
    const parts = JSON.parse(Buffer.from(offset, 'base64url').toString()) as unknown[];
    parts[2] = '999999999';
    const ahead = Buffer.from(JSON.stringify(parts)).toString('base64url');
    await expect(take(office.feed, ahead, 1)).rejects.toMatchObject({ code: 'offset_ahead' });
  });
});

describe('a log that was restored in another cluster', () => {
  /** Its transaction ids are higher than any of this cluster, as after a restore. */
  const moveHere = async () => {
    await office.asOwner('UPDATE dual_id.feed_epochs SET system_identifier = 1');
    for (const transaction of [8_000_000_001, 8_000_000_002]) await logLongAgo(transaction);
  };
  const began = () => office.asOwner('SELECT dual_id.begin_feed_epoch() AS epoch');

  test('is refused with the call that cures it', async () => {
    const { offset } = await office.feed.snapshot();
    await moveHere();
    const moved = expect.objectContaining({
      code: 'cluster_changed',
      message: expect.stringMatching(/SELECT dual_id\.begin_feed_epoch\(\)/),
    });
    const { feed } = await office.instance();
    await expect(drain(feed, offset)).rejects.toEqual(moved);
    await expect(feed.snapshot()).rejects.toEqual(moved);
  });

  test('goes on from offsets of the old cluster, and then with changes of this one', async () => {
    const { offset } = await office.feed.snapshot();
    await moveHere();
    await expect(drain(office.feed, offset)).rejects.toThrow('moved to another cluster');
    expect(await began()).toEqual([{ epoch: 2 }]);
    expect(await began()).toEqual([{ epoch: 2 }]);
    await insertNote(1);
    const old = await take(office.feed, offset, 1, { size: 1 });
    expect(linesOf(old)).toEqual(['insert notes 7']);
    const rest = await take((await office.instance()).feed, old.offset, 2, { size: 2 });
    expect(linesOf(rest)).toEqual(['insert notes 7', 'insert notes 1']);
    await insertNote(2);
    expect(linesOf(await take(office.feed, rest.offset, 1))).toEqual(['insert notes 2']);
  });

  test('goes on when retention drops what both clusters have logged', async () => {
    await moveHere();
    await began();
    await logLongAgo(5);
    const { offset } = await office.feed.snapshot();
    await insertNote(1);
    await dropOld();
    expect(linesOf(await take(office.feed, offset, 1))).toEqual(['insert notes 1']);
  });
});
