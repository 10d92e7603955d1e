import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { statement } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { forJob } from '../../../src/core/data-source/limits.js';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';

const limits = { lock: 300, statement: 600, query: 900, acquire: 200, idleInTransaction: 400 };
const unavailable = { code: 'unavailable', status: 503 };
const sleep = (seconds: number) => statement(`SELECT pg_sleep(${seconds})`);
const insert = statement(`INSERT INTO notes (text) VALUES ('held')`);
const change = statement(`UPDATE notes SET text = text`);
const shown =
  statement(`SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),
  current_setting('idle_in_transaction_session_timeout')`);

describe.each(['direct', 'transaction-pooler'] as const)(
  'the limits of a %s connection',
  (mode) => {
    let guarded: GuardedDatabase;
    beforeAll(async () => {
      guarded = await guardedDatabase({ dataSource: { limits, connection: mode, poolSize: 4 } });
      await guarded.database.execute(insert);
    });
    afterAll(() => guarded.stop());

    test('end a statement that takes too long, and the next one works', async () => {
      await expect(guarded.database.rows(sleep(5))).rejects.toMatchObject(unavailable);
      expect(await guarded.database.rows(statement('SELECT 1'))).toEqual([[1]]);
    });

    test('hold in a transaction, for TypeORM too', async () => {
      const { database } = guarded;
      const own = database.transaction(() => database.rows(sleep(5)));
      await expect(own).rejects.toMatchObject(unavailable);
      const ofTypeOrm = database.transaction((manager) => manager.query('SELECT pg_sleep(5)'));
      await expect(ofTypeOrm).rejects.toMatchObject(unavailable);
    });

    test('end a wait for a lock, inside a transaction and outside', async () => {
      const { database } = guarded;
      const runner = guarded.dataSource.createQueryRunner();
      await runner.startTransaction();
      await runner.query('LOCK TABLE notes IN ACCESS EXCLUSIVE MODE');
      // Its own idle limit would release the lock before the others give up.
      await runner.query(`SET LOCAL idle_in_transaction_session_timeout = 0`);
      const blocked = { code: 'concurrent_change', status: 409 };
      await expect(database.execute(change)).rejects.toMatchObject(blocked);
      await expect(database.transaction(() => database.execute(change))).rejects.toMatchObject(
        blocked,
      );
      await runner.rollbackTransaction();
      await runner.release();
      expect(await database.execute(change)).toBe(1);
    });

    test('end an idle transaction', async () => {
      const { database } = guarded;
      const idle = database.transaction(async () => {
        await database.execute(change);
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        return database.execute(change);
      });
      await expect(idle).rejects.toMatchObject(unavailable);
      expect(await database.execute(change)).toBe(1);
    });

    test('refuse in time if no connection is free', async () => {
      const { database } = guarded;
      const holders = [1, 2, 3].map(() => database.transaction(() => database.rows(sleep(0.5))));
      await expect(database.transaction(async () => 1)).rejects.toMatchObject({
        code: 'overloaded',
        details: { retryAfter: 1 },
      });
      await Promise.all(holders);
      expect(database.counts()['writeRefused']).toBe(1);
    });

    test('can be changed for one piece of work, and only for that', async () => {
      const { database } = guarded;
      const inside = await database.withLimits({ statement: 5_000, query: 5_000, lock: 7 }, () =>
        database.transaction(async (manager) => {
          await database.rows(sleep(1));
          await manager.query('SELECT pg_sleep(1)');
          return (await database.rows(shown))[0];
        }),
      );
      expect(inside).toEqual(['5s', '7ms', '400ms']);
      const outside = await database.transaction(async () => (await database.rows(shown))[0]);
      expect(outside).toEqual(['600ms', '300ms', '400ms']);
      await expect(database.transaction(() => database.rows(sleep(5)))).rejects.toMatchObject(
        unavailable,
      );
    });
  },
);

describe('limits for one piece of work', () => {
  let guarded: GuardedDatabase;
  beforeAll(async () => {
    guarded = await guardedDatabase({ dataSource: { limits } });
  });
  afterAll(() => guarded.stop());

  test('apply inside a running transaction, and are restored after it', async () => {
    const { database } = guarded;
    await database.transaction(async () => {
      const inside = await database.withLimits({ lock: 7 }, () => database.rows(shown));
      expect(inside[0]![1]).toBe('7ms');
      expect((await database.rows(shown))[0]![1]).toBe('300ms');
      const failed = database.withLimits({ lock: 8 }, () =>
        database.rows(statement('SELECT 1 / 0')),
      );
      await expect(failed).rejects.toMatchObject({ code: 'internal' });
      expect((await database.rows(shown))[0]![1]).toBe('300ms');
    });
  });

  test('do not apply to a job, whose data source is the application’s', async () => {
    const job = await new DataSource(forJob(guarded.dataSource.options)).initialize();
    await job.query('SELECT pg_sleep(1)');
    const [row] = await job.query(`SELECT current_setting('lock_timeout') AS lock`);
    expect(row).toEqual({ lock: '0' });
    await job.destroy();
  });
});
