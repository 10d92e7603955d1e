import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { readinessMilliseconds } from '../faults/load/limits.js';
import { Load } from '../faults/load/load.js';
import { endShopSessions, survives } from '../faults/load/survival.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import type { TestDatabase } from '../support/database.js';
import { freshDatabase } from '../support/database.js';

// The small version of test/faults/load, where PostgreSQL itself is restarted, killed and frozen.
let database: TestDatabase;
let proxy: DatabaseProxy;
let load: Load;
beforeAll(async () => {
  database = await freshDatabase();
  proxy = await DatabaseProxy.before(database.url);
  load = await Load.on({ databaseUrl: proxy.url, clients: 24, seed: 'lost sessions' });
});
afterAll(async () => {
  await load.stop();
  await proxy.stop();
  await database.drop();
});

test('a shop notices immediately that its database is frozen', async () => {
  expect(await ready()).toMatchObject({ status: 200 });
  proxy.freeze();
  // What readiness saw last is valid for a moment.
  await sleep(300);
  const frozen = await ready();
  proxy.thaw();
  expect(frozen).toMatchObject({ status: 503, code: 'unavailable' });
  expect(frozen.milliseconds).toBeLessThan(readinessMilliseconds);
  await load.recovered();
});

test('a busy shop outlives the end of all its sessions, and its replies stay true', async () => {
  await survives(load, async () => {
    // The end of a session arrives with the response to its last read, while others wait for it.
    const ended = proxy.at(/^SELECT/, 'ended with its answer', 20);
    await Promise.race([ended, load.shop.exit, sleep(3_000)]);
    for (let round = 0; round < 3; round += 1) {
      await endShopSessions(database.url);
      await sleep(200);
    }
  });
});

/** A client that waits a little longer than it should have to. */
async function ready() {
  const answer = load.http.call({ method: 'GET', path: '/health/ready' });
  const late = sleep(readinessMilliseconds + 1_000);
  return Promise.race([
    answer,
    late.then(() => ({ status: 0, code: 'no answer', milliseconds: Infinity })),
  ]);
}
