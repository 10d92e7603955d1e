import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestDatabase } from '../../support/database.js';
import { freshDatabase } from '../../support/database.js';
import { readinessMilliseconds } from './limits.js';
import { Load } from './load.js';
import { Tally } from './tally.js';

const clients = 1_000;
const arrivalMilliseconds = 4_000;
const crowdMilliseconds = 12_000;
/** A place in a queue, a connection and a statement, on two cores shared with clients. */
const worstMilliseconds = 10_000;

let database: TestDatabase;
let load: Load;
beforeAll(async () => {
  database = await freshDatabase();
  load = await Load.on({ databaseUrl: database.url, clients, seed: 'crowd' });
}, 120_000);
afterAll(async () => {
  await load.stop();
  await database.drop();
});

test('a thousand clients are served or refused in time, and nothing is lost', async () => {
  load.start();
  // All of them come at once, to code that has hardly run.
  await sleep(arrivalMilliseconds);
  load.nextPhase();
  load.readiness = new Tally();
  await sleep(crowdMilliseconds);
  const crowd = load.nextPhase();
  const wrong = await load.finish();
  const refused = crowd.of('overloaded');
  const [median, p99, worst] = [crowd.within(0.5), crowd.within(0.99), crowd.within(1)];
  const worstReadiness = load.readiness.within(1);
  const told = { median, p99, worst, worstReadiness, kinds: crowd.told, done: crowd.done };
  process.stdout.write(`${JSON.stringify(told)}\n`);
  expect(wrong).toEqual([]);
  expect(load.ledger.surprises).toEqual([]);
  expect(worst).toBeLessThan(worstMilliseconds);
  expect(worstReadiness).toBeLessThan(readinessMilliseconds);
  expect(refused.length).toBeGreaterThan(0);
  for (const { status, headers } of refused) {
    expect(status).toBe(503);
    expect(headers['retry-after']).toMatch(/^\d+$/);
  }
  expect(crowd.done).toBeGreaterThan(clients);
}, 120_000);
