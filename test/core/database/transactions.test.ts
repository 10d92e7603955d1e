import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Database } from 'nest-dual-id';
import { statement } from 'nest-dual-id';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';
import { Note } from '../../support/guarded-entities.js';

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

describe('a statement', () => {
  test('outside a transaction is committed at once, and returns rows by position', async () => {
    expect(await add('a')).toBe(1);
    const rows = await database.rows(statement('SELECT text, length(text) FROM notes'));
    expect(rows).toEqual([['a', 1]]);
    expect(database.inTransaction).toBe(false);
  });

  test('inside shares its connection with TypeORM, and others see it after the end', async () => {
    await database.transaction(async (manager) => {
      expect(database.inTransaction).toBe(true);
      expect(database.manager).toBe(manager);
      await add('a');
      await manager.save(manager.create(Note, { text: 'b' }));
      expect(await database.rows(statement('SELECT count(*)::int FROM notes'))).toEqual([[2]]);
      expect(await kept()).toEqual([]);
    });
    expect(await kept()).toEqual(['a', 'b']);
  });

  test('after the end of its transaction is refused', async () => {
    let late: Promise<unknown> = Promise.resolve();
    let goOn = () => {};
    const held = new Promise<void>((resolve) => (goOn = resolve));
    await database.transaction(async () => {
      late = held.then(() => add('late'));
    });
    goOn();
    await expect(late).rejects.toMatchObject({ code: 'misuse' });
    await expect(late).rejects.toThrow('a promise was not awaited');
    expect(await kept()).toEqual([]);
  });
});

describe('a transaction', () => {
  test('that fails leaves nothing and passes the application’s error on', async () => {
    const error = new Error('changed my mind');
    const work = database.transaction(async () => {
      await add('a');
      throw error;
    });
    await expect(work).rejects.toBe(error);
    expect(await kept()).toEqual([]);
  });

  test('that swallows a statement’s failure is not committed silently', async () => {
    // Repeated, because the driver reports an error before it knows that the transaction failed.
    for (let round = 0; round < 20; round += 1) {
      const work = database.transaction(async () => {
        await add('a');
        await fail().catch(() => undefined);
      });
      await expect(work).rejects.toThrow('its error was swallowed');
    }
    expect(await kept()).toEqual([]);
  });

  test('runs at the requested isolation', async () => {
    const level = () => database.rows(statement('SHOW transaction_isolation'));
    expect(await database.transaction(level)).toEqual([['read committed']]);
    expect(await database.transaction(level, 'SERIALIZABLE')).toEqual([['serializable']]);
  });

  test('returns its connection, however it ends', async () => {
    for (let round = 0; round < 30; round += 1) {
      await database.transaction(fail).catch(() => undefined);
      await database.transaction(async () => add('a'));
    }
    expect(await kept()).toHaveLength(30);
  });
});
