import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { TestDatabase } from '../../support/database.js';
import { freshDatabase } from '../../support/database.js';
import { lockedMilliseconds } from './limits.js';
import { Load } from './load.js';
import { survives } from './survival.js';

let database: TestDatabase;
let load: Load;
let holder: pg.Client;

beforeAll(async () => {
  database = await freshDatabase();
  load = await Load.on({ databaseUrl: database.url, clients: 24, seed: 'held table' });
  holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
});
afterAll(async () => {
  await holder.end();
  await load.stop();
  await database.drop();
});

test('everyone gets a response while somebody holds a whole table', async () => {
  const { worst } = await survives(load, async () => {
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE orders IN ACCESS EXCLUSIVE MODE');
    await sleep(lockedMilliseconds + 2_000);
    await holder.query('COMMIT');
  });
  expect(worst).toBeLessThan(lockedMilliseconds);
  // The database is available, whoever waits in it.
  expect(load.readiness.failures).toEqual([]);
});
