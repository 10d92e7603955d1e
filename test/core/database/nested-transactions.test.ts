import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Database } from 'nest-dual-id';
import { statement } from 'nest-dual-id';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';

let guarded: GuardedDatabase;
let database: Database;
beforeAll(async () => {
  guarded = await guardedDatabase();
  database = guarded.database;
});
beforeEach(() => guarded.sql('TRUNCATE notes'));
afterAll(() => guarded.stop());

const add = (text: string) =>
  database.execute(statement('INSERT INTO notes (text) VALUES ($1)'), [text]);
const kept = async () =>
  (await guarded.sql<{ text: string }>('SELECT text FROM notes ORDER BY id')).map(
    ({ text }) => text,
  );
const fail = () => database.rows(statement('SELECT 1 / 0'));
const nested = (text: string, isFailing = false) =>
  database.transaction(async () => {
    await add(text);
    if (isFailing) await fail();
  });

describe('a nested transaction', () => {
  test('that fails is undone alone, and the outer one continues', async () => {
    await database.transaction(async () => {
      await add('before');
      await expect(nested('inner', true)).rejects.toMatchObject({ code: 'internal' });
      await add('after');
    });
    expect(await kept()).toEqual(['before', 'after']);
  });

  test('that succeeds commits with the outer one', async () => {
    const work = database.transaction(async () => {
      await nested('inner');
      throw new Error('outer');
    });
    await expect(work).rejects.toThrow('outer');
    expect(await kept()).toEqual([]);
  });

  test('may fail at a depth of two others', async () => {
    await database.transaction(async () => {
      await add('1');
      await database.transaction(async () => {
        await add('2');
        await nested('3', true).catch(() => undefined);
        await nested('4');
      });
    });
    expect(await kept()).toEqual(['1', '2', '4']);
  });

  test('is not committed silently when it swallows a failure', async () => {
    await database.transaction(async () => {
      await add('before');
      const inner = database.transaction(async () => {
        await add('inner');
        await fail().catch(() => undefined);
      });
      await expect(inner).rejects.toThrow('its error was swallowed');
    });
    expect(await kept()).toEqual(['before']);
  });

  test('started next to another never undoes it', async () => {
    const results = await database.transaction(() =>
      Promise.allSettled([nested('a'), nested('b', true), nested('c'), nested('d', true)]),
    );
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
    ]);
    expect(await kept()).toEqual(['a', 'c']);
  });

  test('that nobody awaits keeps the outer one from being committed', async () => {
    let inner: Promise<unknown> = Promise.resolve();
    const work = database.transaction(async () => {
      await add('before');
      inner = database.transaction(async () => {
        await add('inner');
        await new Promise((resolve) => setTimeout(resolve, 50));
        await add('late');
      });
      inner.catch(() => undefined);
    });
    await expect(work).rejects.toThrow('A nested transaction was still running');
    await expect(inner).rejects.toMatchObject({ code: 'misuse' });
    expect(await kept()).toEqual([]);
    const open = `SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND state LIKE 'idle in transaction%'`;
    expect(await guarded.sql(open)).toEqual([]);
  });

  test('is refused when it asks for more isolation than there is', async () => {
    const level = async () => (await database.rows(statement('SHOW transaction_isolation')))[0];
    const inner = () => database.transaction(level, 'REPEATABLE READ');
    await expect(database.transaction(inner)).rejects.toThrow(
      'A nested transaction asks for REPEATABLE READ, but the outer one runs at READ COMMITTED.',
    );
    expect(await database.transaction(inner, 'SERIALIZABLE')).toEqual(['serializable']);
  });
});
