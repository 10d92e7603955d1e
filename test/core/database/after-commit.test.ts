import { Logger } from '@nestjs/common';
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

describe('a callback after commit', () => {
  test('runs once everything is committed, in order, and outside the transaction', async () => {
    const seen: unknown[] = [];
    await database.transaction(async () => {
      database.afterCommit(() => seen.push('first', database.inTransaction));
      await database.transaction(async () => database.afterCommit(() => seen.push('second')));
      await add('a');
      expect(seen).toEqual([]);
    });
    expect(seen).toEqual(['first', false, 'second']);
  });

  test('never runs when the transaction, or its own savepoint, is undone', async () => {
    const seen: string[] = [];
    const undone = async (name: string) => {
      database.afterCommit(() => seen.push(name));
      await fail();
    };
    await database.transaction(() => undone('whole')).catch(() => undefined);
    await database.transaction(async () => {
      await database.transaction(() => undone('inner')).catch(() => undefined);
      database.afterCommit(() => seen.push('outer'));
    });
    expect(seen).toEqual(['outer']);
  });

  test('never runs when the commit itself fails', async () => {
    await guarded.sql(`CREATE TABLE chain (id integer PRIMARY KEY,
      next integer REFERENCES chain (id) DEFERRABLE INITIALLY DEFERRED)`);
    const seen: string[] = [];
    const work = database.transaction(async () => {
      database.afterCommit(() => seen.push('committed'));
      await database.execute(statement('INSERT INTO chain VALUES (1, 2)'));
    });
    await expect(work).rejects.toMatchObject({ code: 'missing_reference' });
    expect(seen).toEqual([]);
  });

  test('runs at once outside a transaction', () => {
    const seen: string[] = [];
    database.afterCommit(() => seen.push('now'));
    expect(seen).toEqual(['now']);
  });

  test('cannot make a committed transaction fail, and is logged when it fails itself', async () => {
    const seen: string[] = [];
    Logger.overrideLogger({ log: () => {}, warn: () => {}, error: (text) => seen.push(text) });
    await database.transaction(async () => {
      await add('a');
      database.afterCommit(() => {
        throw new Error('a broken callback');
      });
      database.afterCommit(() => Promise.reject(new Error('a callback that rejects')));
      database.afterCommit(() => Promise.reject(null));
      database.afterCommit(() => seen.push('second'));
    });
    database.afterCommit(() => Promise.reject(new Error('outside')));
    await new Promise(setImmediate);
    Logger.overrideLogger(true);
    const failed = 'A callback after commit failed.';
    expect(seen).toEqual([failed, 'second', failed, failed, failed]);
    expect(await kept()).toEqual(['a']);
  });
});
