import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { runSql } from '../../support/empty-database.js';
import type { TestDatabase } from '../../support/database.js';
import { freshDatabase } from '../../support/database.js';
import type { Call } from './patient-client.js';
import { readinessMilliseconds } from './limits.js';
import { Load } from './load.js';
import { Tally } from './tally.js';

const hammers = 100;
const windowMilliseconds = 2_500;
const rounds = 3;

let database: TestDatabase;
let load: Load;
let serial = 0;

beforeAll(async () => {
  database = await freshDatabase();
  load = await Load.on({ databaseUrl: database.url, clients: 4, seed: 'bulkheads' });
});
afterAll(async () => {
  await load.stop();
  await database.drop();
});

/** Sends the same kind of request again and again while the window is open. */
async function repeat(isOver: () => boolean, tally: Tally, next: () => Call): Promise<void> {
  while (!isOver()) {
    const reply = await load.http.call(next());
    tally.note(reply);
    const seconds = Math.min(Number(reply.headers['retry-after'] ?? 0), 1);
    if (reply.status !== 201 && reply.status !== 200) await sleep(50 + seconds * 1000);
  }
}

interface Ground {
  readonly user: string;
  readonly product: string;
  readonly unrelated: string;
}

interface Window {
  readonly probe: Tally;
  readonly hammered: Tally;
  /** What the clients of the load did meanwhile, for other users. */
  readonly others: Tally;
}

/** One window: a reading probe, with or without clients that hammer one user's row. */
async function open(count: number, { user, product, unrelated }: Ground): Promise<Window> {
  const [probe, hammered] = [new Tally(), new Tally()];
  const end = Date.now() + windowMilliseconds;
  const isOver = () => Date.now() > end;
  const order = (): Call => ({
    method: 'POST',
    path: `/users/${user}/orders`,
    body: { items: [{ productUuid: product, quantity: 1 }] },
    headers: { 'idempotency-key': `hammer-${(serial += 1)}` },
  });
  const hammering = Array.from({ length: count }, () => repeat(isOver, hammered, order));
  // The first moments belong to neither state.
  await sleep(300);
  load.nextPhase();
  await repeat(isOver, probe, () => ({ method: 'GET', path: `/products/${unrelated}` }));
  const others = load.nextPhase();
  await Promise.all(hammering);
  return { probe, hammered, others };
}

function told({ probe, hammered, others }: Window) {
  const [p50, worst] = [probe.within(0.5), hammered.within(1)];
  return { p50, probe: probe.told, others: others.told, hammered: hammered.told, worst };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

test('a hundred clients on one user leave reads and other writers their connections', async () => {
  const { items } = (await load.http.call({ method: 'GET', path: '/products?limit=100' })).body;
  const [product, unrelated] = [items[3].uuid, items[4].uuid] as [string, string];
  const email = 'hammered@example.org';
  const body = { firstName: 'Hammered', lastName: 'User', email };
  const { uuid: user } = (await load.http.call({ method: 'POST', path: '/users', body })).body;
  const ground = { user, product, unrelated };
  load.start();
  await open(0, ground);
  const windows: { quiet: Window; busy: Window }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    windows.push({ quiet: await open(0, ground), busy: await open(hammers, ground) });
  }
  const wrong = await load.finish();
  const [{ placed }] = (await runSql<{ placed: number }>(
    database.url,
    `SELECT count(*)::int AS placed FROM orders JOIN users u ON u.id = user_id
     WHERE u.email = '${email}'`,
  )) as [{ placed: number }];
  for (const { quiet, busy } of windows) {
    process.stdout.write(`${JSON.stringify({ quiet: told(quiet), busy: told(busy) })}\n`);
  }
  const worstReadiness = load.readiness.within(1);
  process.stdout.write(`${JSON.stringify({ worstReadiness, placed, wrong })}\n`);
  expect(wrong).toEqual([]);
  expect(placed).toBe(windows.reduce((sum, { busy }) => sum + busy.hammered.done, 0));
  for (const { busy } of windows) expect(busy.probe.failures).toEqual([]);
  expect(load.readiness.failures).toEqual([]);
  expect(worstReadiness).toBeLessThan(readinessMilliseconds);
  // A read of less than 2 ms says nothing on a busy machine.
  const calm = median(windows.map(({ quiet }) => quiet.probe.within(0.5)));
  const loud = median(windows.map(({ busy }) => busy.probe.within(0.5)));
  expect(loud).toBeLessThanOrEqual(3 * Math.max(2, calm));
  const alone = median(windows.map(({ quiet }) => quiet.others.written));
  const beside = median(windows.map(({ busy }) => busy.others.written));
  expect(beside).toBeGreaterThan(alone / 10);
}, 120_000);
