import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PoolClient } from 'pg';
import { Database, dualIdDataSource, statement } from 'nest-dual-id';
import { Note } from '../../support/guarded-entities.js';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';

const limits = { idleInTransaction: 400, query: 600, statement: 5_000, acquire: 300 };
let guarded: GuardedDatabase;
let database: Database;
beforeAll(async () => {
  guarded = await guardedDatabase({ dataSource: { limits } });
  database = guarded.database;
});
afterAll(() => guarded.stop());

const add = statement(`INSERT INTO notes (text) VALUES ('a')`);
const unavailable = { code: 'unavailable' };

describe('a transaction whose connection is lost', () => {
  test('ends at once and returns its place, whatever its work waits for', async () => {
    const hanging = Array.from({ length: 5 }, () =>
      database.transaction(async () => {
        await database.execute(add);
        await new Promise(() => undefined);
      }),
    );
    const outcomes = await Promise.allSettled(hanging);
    expect(outcomes).toMatchObject(
      hanging.map(() => ({ status: 'rejected', reason: unavailable })),
    );
    expect(database.counts()['writeRunning']).toBe(0);
    expect(await database.execute(add)).toBe(1);
  });

  test('by an abandoned statement is counted, and ends on the server too', async () => {
    const before = database.counts();
    const slow = database.transaction(() => database.rows(statement('SELECT pg_sleep(4)')));
    await expect(slow).rejects.toMatchObject(unavailable);
    const { queryTimeouts, lostConnections } = database.counts();
    expect(queryTimeouts).toBe(before['queryTimeouts']! + 1);
    expect(lostConnections).toBe(before['lostConnections']! + 1);
    const running = `SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(4)%'
      AND state = 'active' AND pid <> pg_backend_pid()`;
    for (let round = 0; (await guarded.sql(running)).length > 0; round += 1) {
      expect(round).toBeLessThan(40);
      await sleep(50);
    }
  });
});

describe('a lost connection', () => {
  const end = (where: string) =>
    guarded.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND ${where}`);
  const lost = () => database.counts()['lostConnections']!;
  const sleeping = `query LIKE '%pg_sleep(3)%'`;
  const rest = statement('SELECT pg_sleep(3)');

  test.each<[string, () => Promise<unknown>, string]>([
    ['by a statement', () => database.rows(rest), sleeping],
    ['in a transaction', () => database.transaction(() => database.rows(rest)), sleeping],
    [
      'in a transaction that waits',
      () => database.transaction(() => database.rows(statement('SELECT 7')).then(() => sleep(300))),
      `state = 'idle in transaction'`,
    ],
    ['while it is idle', () => database.rows(statement('SELECT 7')), `query LIKE 'SELECT 7%'`],
  ])('is counted once when it was used %s', async (_, work, where) => {
    const before = lost();
    const outcome = Promise.allSettled([work()]);
    for (let round = 0; (await end(where)).length === 0; round += 1) {
      expect(round).toBeLessThan(40);
      await sleep(20);
    }
    await outcome;
    for (let round = 0; lost() === before && round < 100; round += 1) await sleep(50);
    await sleep(300);
    expect(lost()).toBe(before + 1);
  });
});

test('a connection lost while it is lent, with no statement running, is counted once', async () => {
  const before = database.counts()['lostConnections']!;
  const runner = guarded.dataSource.createQueryRunner();
  const client = (await runner.connect()) as PoolClient;
  const ended = new Promise((resolve) => void client.once('end', resolve));
  const [row] = await runner.query('SELECT pg_backend_pid() AS pid');
  await guarded.sql(`SELECT pg_terminate_backend(${row.pid})`);
  await ended;
  await runner.release();
  expect(database.counts()['lostConnections']).toBe(before + 1);
});

describe('limits for one piece of work inside a transaction', () => {
  test('apply to the client as well, and only to that work', async () => {
    const rest = statement('SELECT pg_sleep(1)');
    await database.transaction(async () => {
      await database.withLimits({ query: 5_000 }, () => database.rows(rest));
      await database.withLimits({ query: 0 }, () => database.manager.query('SELECT pg_sleep(1)'));
    });
    await expect(database.transaction(() => database.rows(rest))).rejects.toMatchObject(
      unavailable,
    );
    const shorter = database.transaction(() =>
      database.withLimits({ query: 100 }, () => database.rows(statement('SELECT pg_sleep(0.4)'))),
    );
    await expect(shorter).rejects.toMatchObject(unavailable);
  });
});

describe('parts of a transaction that wait for each other', () => {
  test('end as misuse when both are nested transactions, and return everything', async () => {
    const work = database.transaction(async () => {
      let second!: Promise<unknown>;
      const first = database.transaction(async () => {
        await sleep(10);
        await second;
      });
      second = database.transaction(async () => 1);
      await Promise.all([first, second]);
    });
    await expect(work).rejects.toBeDefined();
    expect(database.counts()['writeRunning']).toBe(0);
  });

  test('are kept apart when TypeORM begins them', async () => {
    await guarded.sql('TRUNCATE notes');
    const notes = guarded.dataSource.getRepository(Note);
    await database.transaction(() =>
      Promise.allSettled([
        guarded.dataSource.transaction(async (manager) => {
          await manager.insert(Note, { text: 'inner' });
          await sleep(50);
          throw new Error('undone');
        }),
        sleep(20).then(() => database.execute(add)),
        sleep(20).then(() => notes.save({ text: 'by a repository' })),
        guarded.dataSource.transaction((manager) => manager.insert(Note, { text: 'beside it' })),
      ]),
    );
    const kept = await guarded.sql<{ text: string }>('SELECT text FROM notes');
    expect(kept.map(({ text }) => text).toSorted()).toEqual(['a', 'beside it', 'by a repository']);
  });
});

describe('a transaction', () => {
  test('is joined by repositories of an entity manager created by the application', async () => {
    await guarded.sql('TRUNCATE notes');
    const notes = guarded.dataSource.createEntityManager().getRepository(Note);
    const undone = database.transaction(async () => {
      await notes.save({ text: 'undone' });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await notes.count()).toBe(0);
  });

  test('of each of two entry points to one data source is joined', async () => {
    const second = new Database(guarded.dataSource, {});
    for (const one of [database, second]) {
      const undone = one.transaction(async () => {
        await guarded.dataSource.getRepository(Note).save({ text: 'undone' });
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
    }
    expect(await guarded.sql('SELECT * FROM notes')).toEqual([]);
  });

  test('whose connection is lost right before COMMIT is unavailable', async () => {
    const work = database.transaction(async (manager) => {
      await database.execute(add);
      // As TypeORM does when it learns of the loss between the last statement and COMMIT.
      const runner = manager.queryRunner as unknown as {
        releasePostgresConnection(error: Error): Promise<void>;
      };
      await runner.releasePostgresConnection(new Error('lost'));
    });
    await expect(work).rejects.toMatchObject(unavailable);
    expect(database.counts()['writeRunning']).toBe(0);
  });

  test('passes errors of other services on unchanged', async () => {
    const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    await expect(database.transaction(() => Promise.reject(reset))).rejects.toBe(reset);
    expect(database.translate(reset)).toBe(reset);
    const named = new Error('The payment provider: connection terminated');
    await expect(database.transaction(() => Promise.reject(named))).rejects.toBe(named);
  });
});

describe('invalid limits and lanes', () => {
  test.each([
    ['acquire is Infinity', { limits: { acquire: Infinity } }],
    ['lock is -1', { limits: { lock: -1 } }],
    ['lock is 0.5', { limits: { lock: 0.5 } }],
    ['lock is 4s', { limits: { lock: '4s' as never } }],
    ['connect is 10000000000', { limits: { connect: 1e10 } }],
  ])('are refused by name: %s', (sentence, options) => {
    expect(() => dualIdDataSource({ entities: [], ...options })).toThrow(sentence);
  });

  test.each([0, 1.5, NaN])('are refused by name: a lane of %p', async (write) => {
    const lanes = { write };
    const refused = guardedDatabase({ dataSource: { lanes } });
    await expect(refused).rejects.toThrow('The lane write has');
  });

  test('are the defaults if undefined', () => {
    const { extra } = dualIdDataSource({ entities: [], limits: { lock: undefined as never } });
    expect(extra).toMatchObject({ lock_timeout: 4_000 });
  });
});
