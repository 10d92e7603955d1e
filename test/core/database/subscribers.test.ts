import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Database } from 'nest-dual-id';
import { statement } from 'nest-dual-id';
import { EventSubscriber } from 'typeorm';
import type { EntitySubscriberInterface } from 'typeorm';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';

/** The name of the event on which the application's subscriber throws. */
let failing: string | undefined;
const failAt = (name: string) => {
  if (failing === name) throw new Error(`a subscriber failed at ${name}`);
};

@EventSubscriber()
class FailingSubscriber implements EntitySubscriberInterface {
  afterTransactionStart(): void {
    failAt('start');
  }

  beforeTransactionCommit(): void {
    failAt('before commit');
  }

  afterTransactionCommit(): void {
    failAt('after commit');
  }
}

let guarded: GuardedDatabase;
let database: Database;
beforeAll(async () => {
  guarded = await guardedDatabase({
    dataSource: { poolSize: 1, subscribers: [FailingSubscriber] },
  });
  database = guarded.database;
});
afterEach(async () => {
  failing = undefined;
  await guarded.sql('TRUNCATE notes');
});
afterAll(() => guarded.stop());

const add = (text: string) =>
  database.execute(statement('INSERT INTO notes (text) VALUES ($1)'), [text]);
const kept = async () =>
  (await guarded.sql<{ text: string }>('SELECT text FROM notes ORDER BY id')).map(
    ({ text }) => text,
  );

describe('a failing TypeORM subscriber', () => {
  test('when a transaction starts leaves no open transaction in the pool', async () => {
    failing = 'start';
    await expect(database.transaction(() => add('a'))).rejects.toThrow('a subscriber failed');
    failing = undefined;
    await add('acknowledged');
    expect(await kept()).toEqual(['acknowledged']);
  });

  test('when a nested transaction starts undoes only that', async () => {
    await database.transaction(async () => {
      await add('outer');
      failing = 'start';
      const nested = database.transaction(() => add('nested'));
      await expect(nested).rejects.toThrow('a subscriber failed');
      failing = undefined;
      await database.transaction(() => add('next'));
    });
    expect(await kept()).toEqual(['outer', 'next']);
  });

  test('before COMMIT undoes the transaction', async () => {
    failing = 'before commit';
    await expect(database.transaction(() => add('a'))).rejects.toThrow('a subscriber failed');
    failing = undefined;
    await add('b');
    expect(await kept()).toEqual(['b']);
  });

  test('after COMMIT undoes nothing, and callbacks after the commit run', async () => {
    const seen: string[] = [];
    Logger.overrideLogger(false);
    failing = 'after commit';
    await database.transaction(async () => {
      await add('a');
      database.afterCommit(() => seen.push('after commit'));
    });
    Logger.overrideLogger(true);
    expect(seen).toEqual(['after commit']);
    expect(await kept()).toEqual(['a']);
  });
});
