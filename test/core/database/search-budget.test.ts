import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { statement } from 'nest-dual-id';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';

const limits = { search: 300, statement: 5_000, lock: 5_000 };
const timedOut = { code: 'search_timeout', status: 503 };
const search = (seconds: number) => statement(`SELECT pg_sleep(${seconds})`, 'search');
const read = (seconds: number) => statement(`SELECT pg_sleep(${seconds})`);
const limit = statement(`SELECT current_setting('statement_timeout')`, 'search');

describe.each(['direct', 'transaction-pooler'] as const)(
  'a search on a %s connection',
  (connection) => {
    let guarded: GuardedDatabase;
    beforeAll(async () => {
      guarded = await guardedDatabase({ dataSource: { limits, connection } });
    });
    afterAll(() => guarded.stop());

    test('is ended by the server after its own limit, and names a next step', async () => {
      const failed = guarded.database.rows(search(5));
      await expect(failed).rejects.toMatchObject(timedOut);
      await expect(failed).rejects.toThrow(/^The search took too long\. Search for more letters/);
      expect(await guarded.database.rows(limit)).toEqual([['300ms']]);
    });

    test('of several statements in one transaction has the limit for each', async () => {
      const { database } = guarded;
      const work = () => database.rows(read(5));
      await expect(database.transaction(work, { use: 'search' })).rejects.toMatchObject(timedOut);
    });

    test('leaves the limit of reads and writes unchanged, even for those that follow it', async () => {
      const { database } = guarded;
      await expect(database.rows(search(5))).rejects.toMatchObject(timedOut);
      await database.rows(read(0.6));
      const [row] = await database.transaction(() => database.rows(limit));
      expect(row).toEqual(['5s']);
    });

    test('uses the limit set for one piece of work', async () => {
      const { database } = guarded;
      await database.withLimits({ statement: 4_000 }, () => database.rows(search(0.6)));
    });

    test('that fails for another reason keeps its error', async () => {
      const failed = guarded.database.rows(statement('SELECT 1 / 0', 'search'));
      await expect(failed).rejects.toMatchObject({ code: 'internal' });
    });
  },
);

describe('the limit of searches', () => {
  test.each([
    ['no limit', { search: 0, statement: 5_000 }, '5s'],
    ['a longer one', { search: 9_000, statement: 5_000 }, '5s'],
    ['one where statements have none', { search: 9_000, statement: 0 }, '9s'],
  ])('may shorten the limit of statements and never extends it: %s', async (_what, own, shown) => {
    const guarded = await guardedDatabase({ dataSource: { limits: own } });
    expect(await guarded.database.rows(limit)).toEqual([[shown]]);
    await guarded.stop();
  });
});

describe('searches that hold every place of their lane', () => {
  let guarded: GuardedDatabase;
  beforeAll(async () => {
    guarded = await guardedDatabase({
      dataSource: { limits: { search: 3_000, acquire: 200, maxWaiting: 1 }, poolSize: 8 },
    });
  });
  afterAll(() => guarded.stop());

  test('refuse the next ones as overloaded with Retry-After, and let reads and writes through', async () => {
    const { database } = guarded;
    const held = [1, 2].map(() => database.rows(search(1)));
    const [waiting, refused] = [database.rows(search(1)), database.rows(search(1))];
    const overloaded = { code: 'overloaded', status: 503, details: { retryAfter: 1 } };
    await expect(refused).rejects.toMatchObject(overloaded);
    await expect(waiting).rejects.toMatchObject(overloaded);
    expect(await database.rows(statement('SELECT 1'))).toEqual([[1]]);
    const insert = statement(`INSERT INTO notes (text) VALUES ('written')`);
    expect(await database.execute(insert)).toBe(1);
    expect(database.counts()).toMatchObject({ searchRunning: 2, searchRefused: 2 });
    await Promise.all(held);
  });
});
