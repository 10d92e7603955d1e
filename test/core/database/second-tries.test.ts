import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { statement } from 'nest-dual-id';
import { SecondTries } from '../../../src/core/database/second-tries.js';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';

let guarded: GuardedDatabase;
beforeAll(async () => {
  guarded = await guardedDatabase({ dataSource: { poolSize: 4 } });
});
afterAll(() => guarded.stop());

const sleeping = statement('SELECT pg_sleep(1)', 'read');
const one = statement('SELECT 1', 'read');

test('work of a shared statement runs again only while a connection is free', async () => {
  const { database } = guarded;
  const tries = new SecondTries(database, 'read');
  const busy = Array.from({ length: 8 }, () => database.rows(sleeping));
  let runs = 0;
  const again = () => tries.run(() => database.rows(one).finally(() => (runs += 1)));
  await expect(again()).rejects.toMatchObject({ code: 'overloaded' });
  expect(runs).toBe(0);
  await Promise.allSettled(busy);
  expect(await again()).toEqual([[1]]);
});

test('work that throws immediately fails alone, and what comes after it runs', async () => {
  const { database } = guarded;
  const tries = new SecondTries(database, 'read');
  const broken = tries.run(() => {
    throw new Error('broken');
  });
  const next = tries.run(() => database.rows(one));
  await expect(broken).rejects.toThrow('broken');
  expect(await next).toEqual([[1]]);
});
