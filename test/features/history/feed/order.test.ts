import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FeedOffice } from './feed-office.js';
import { drain, linesOf, openFeedOffice, take } from './feed-office.js';

let office: FeedOffice;
beforeEach(async () => {
  office = await openFeedOffice();
  await office.sql(`INSERT INTO notes SELECT i, '', '' FROM generate_series(1, 5) i`);
});
afterEach(() => office.stop());

const note = (id: number) => `UPDATE notes SET moment = clock_timestamp()::text WHERE id = ${id}`;

describe('transactions that commit out of order', () => {
  test('a change whose transaction commits late is not lost', async () => {
    const { offset } = await office.feed.snapshot();
    const late = await office.begin(note(1));
    await office.sql(note(2));
    const meanwhile = await drain(office.feed, offset);
    expect(linesOf(meanwhile)).toEqual([]);
    await late.query('COMMIT');
    await late.end();
    const both = await take(office.feed, meanwhile.offset, 2);
    expect(linesOf(both)).toEqual(['update notes 1', 'update notes 2']);
  });

  test('a transaction that is rolled back holds the feed back until then, and leaves nothing', async () => {
    const { offset } = await office.feed.snapshot();
    const late = await office.begin(note(1));
    await office.sql(note(2));
    await late.query('ROLLBACK');
    await late.end();
    expect(linesOf(await take(office.feed, offset, 1))).toEqual(['update notes 2']);
  });

  test('a transaction that only reads does not hold the feed back', async () => {
    const { offset } = await office.feed.snapshot();
    const reader = await office.begin('SELECT count(*) FROM notes');
    await office.sql(note(2));
    expect(linesOf(await take(office.feed, offset, 1))).toEqual(['update notes 2']);
    await reader.end();
  });
});

describe('a record that an older transaction changes last', () => {
  /** With 100 and 101 open, 102 changes a row and commits, and then 100 changes it. */
  const overtake = async () => {
    const first = await office.begin('SELECT pg_current_xact_id()');
    const second = await office.begin('SELECT pg_current_xact_id()');
    await office.sql(note(1));
    await first.query(note(1));
    await first.query(note(3));
    await first.query('COMMIT');
    await second.query(note(2));
    await second.query('COMMIT');
    for (const session of [first, second]) await session.end();
  };

  test('is handed out with its newest change, and the older one is left out', async () => {
    const { offset } = await office.feed.snapshot();
    await overtake();
    const all = await take(office.feed, offset, 3);
    expect(linesOf(all)).toEqual(['update notes 1', 'update notes 3', 'update notes 2']);
    expect(linesOf(await drain(office.feed, all.offset))).toEqual([]);
  });

  test('the older one is left out after a restart in between as well', async () => {
    const { offset } = await office.feed.snapshot();
    await overtake();
    await office.sql(note(5));
    const seen: string[] = [];
    let at = offset;
    for (let restart = 0; restart < 4; restart++) {
      const batch = await take((await office.instance()).feed, at, 1, { size: 1 });
      seen.push(...linesOf(batch));
      at = batch.offset;
    }
    expect(seen).toEqual(['update notes 1', 'update notes 3', 'update notes 2', 'update notes 5']);
  });
});

describe('a snapshot', () => {
  test('and the changes after it make up everything, with nothing twice', async () => {
    const open = await office.begin(note(1));
    await office.sql(note(2));
    const { offset, result } = await office.feed.snapshot(async () => {
      const seen = await office.database.manager.query(
        `SELECT id FROM notes WHERE moment <> '' ORDER BY id`,
      );
      await office.sql(note(3));
      return (seen as { id: number }[]).map(({ id }) => id);
    });
    expect(result).toEqual([2]);
    await open.query('COMMIT');
    await open.end();
    const rest = await take(office.feed, offset, 2);
    expect(linesOf(rest)).toEqual(['update notes 1', 'update notes 3']);
    expect(linesOf(await drain(office.feed, rest.offset))).toEqual([]);
  });

  test('is refused inside a transaction, and so is following', async () => {
    const { offset } = await office.feed.snapshot();
    const misuse = expect.objectContaining({ code: 'misuse' });
    await office.database.transaction(async () => {
      await expect(office.feed.snapshot()).rejects.toEqual(misuse);
      await expect(office.feed.follow(offset).next()).rejects.toEqual(misuse);
      await expect(office.feed.consume('mail', async () => {})).rejects.toEqual(misuse);
    });
  });
});
