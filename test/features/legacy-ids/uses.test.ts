import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Database } from 'nest-dual-id';
import { LegacyUses } from '../../../src/features/legacy-ids/uses/legacy-uses.js';
import {
  maxCallersOfRoute,
  readUses,
} from '../../../src/features/legacy-ids/uses/use-statements.js';
import { dualId } from '../../cli/command.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import type { Depot, DepotApi } from './depot.js';
import { keyUuid, openDepot, staffUuid } from './depot.js';

let depot: Depot;
let api: DepotApi;
beforeAll(async () => {
  depot = await openDepot();
  api = await depot.start();
});
beforeEach(async () => {
  await api.legacyIds.uses();
  await depot.sql('TRUNCATE dual_id.legacy_id_uses');
});
afterAll(() => depot.stop());

const counts = async (of = api) =>
  (await of.legacyIds.uses()).map(({ route, kind, callerUuid, count }) => [
    route,
    kind,
    callerUuid,
    count,
  ]);
const inOrder = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).toSorted();
const uuidOf = (at: number) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;

describe('who sends old numbers', () => {
  test('is counted by route pattern and caller, HEAD as GET, and not for UUIDs', async () => {
    const { ada, product } = depot;
    const path = `/orders/${ada.order.number}`;
    for (const badge of ['ada', 'ada', 'staff', 'till', 'robot', 'guest']) {
      expect((await api.as(badge, 'GET', path)).status).toBe(200);
    }
    await api.as('ada', 'HEAD', path);
    await api.as('ada', 'GET', `/orders/${ada.order.uuid}`);
    await api.as('nobody', 'GET', path);
    await api.as('nobody', 'GET', `/products/${product.number}`);
    await api.as('ada', 'GET', `/clients/${ada.client.number}/orders/${ada.order.number}`);
    expect(inOrder(await counts())).toEqual(
      inOrder([
        ['GET /orders/:orderUuid', 'principal', ada.client.uuid, 3],
        ['GET /orders/:orderUuid', 'principal', staffUuid, 1],
        ['GET /orders/:orderUuid', 'key', keyUuid, 1],
        ['GET /orders/:orderUuid', 'nobody', null, 1],
        ['GET /orders/:orderUuid', 'guest', null, 1],
        ['GET /products/:productUuid', 'nobody', null, 1],
        ['GET /clients/:clientUuid/orders/:orderUuid', 'principal', ada.client.uuid, 1],
      ]),
    );
  });

  test('is written in one statement for all requests, and no sooner', async () => {
    const { order } = depot.ada;
    const proxy = await DatabaseProxy.before(depot.url);
    const counted = await depot.start({ url: proxy.url });
    const writes = proxy.count(/INSERT INTO dual_id\.legacy_id_uses/);
    for (let time = 0; time < 5; time += 1) {
      await counted.as(time % 2 ? 'ada' : 'staff', 'GET', `/orders/${order.number}`);
    }
    expect(writes()).toBe(0);
    await counted.legacyIds.uses();
    expect(writes()).toBe(1);
    await counted.legacyIds.uses();
    expect(writes()).toBe(1);
    await counted.close();
    await proxy.stop();
  });

  test('adds up over instances, and is written when one stops', async () => {
    const { order } = depot.ada;
    const others = [await depot.start(), await depot.start()];
    const asked = [api, ...others].map((one) => one.as('ada', 'GET', `/orders/${order.number}`));
    await Promise.all(asked);
    await Promise.all(others.map((one) => one.app.close()));
    expect(await counts()).toEqual([
      ['GET /orders/:orderUuid', 'principal', depot.ada.client.uuid, 3],
    ]);
  });

  test('keeps the first and the last time', async () => {
    const { order } = depot.ada;
    const before = Date.now();
    await api.as('ada', 'GET', `/orders/${order.number}`);
    const [first] = await api.legacyIds.uses();
    expect(Math.abs(first!.firstSeenAt.getTime() - before)).toBeLessThan(60_000);
    await depot.sql(`UPDATE dual_id.legacy_id_uses SET first_seen_at = '2020-01-01T00:00:00Z',
      last_seen_at = '2020-01-02T00:00:00Z'`);
    await api.as('ada', 'GET', `/orders/${order.number}`);
    const [second] = await api.legacyIds.uses();
    expect(second!.firstSeenAt).toEqual(new Date('2020-01-01T00:00:00Z'));
    expect(second!.lastSeenAt.getTime()).toBeGreaterThanOrEqual(first!.lastSeenAt.getTime());
  });

  test('is forgotten with a person who is erased', async () => {
    await api.as('staff', 'GET', `/orders/${depot.ada.order.number}`);
    await api.as('ada', 'GET', `/orders/${depot.ada.order.number}`);
    await api.legacyIds.uses();
    await depot.sql('INSERT INTO dual_id.erasures (uuid) VALUES ($1)', [staffUuid]);
    expect((await counts()).map(([, , caller]) => caller)).toEqual([depot.ada.client.uuid]);
  });
});

describe('counts that cannot be written', () => {
  test('are kept, bounded, and written later', async () => {
    const proxy = await DatabaseProxy.before(depot.url);
    const cut = await depot.start({ url: proxy.url });
    const database = cut.app.get(Database);
    const uses = new LegacyUses(database);
    await readUses(database);
    const note = (route: string, at: number) => uses.note(route, { kind: 'key', uuid: uuidOf(at) });
    for (let at = 0; at < 10_500; at += 1) note(`GET /things/${at % 20}`, at);
    expect(uses.size).toBeLessThanOrEqual(10_020);
    const lost = proxy.at(/legacy_id_uses AS u/, 'lost before it', 2);
    await uses.flush();
    expect(uses.size).toBeGreaterThan(10_000);
    note('GET /things/0', 0);
    await uses.flush();
    await lost;
    await uses.flush();
    expect(uses.size).toBe(0);
    const written = await readUses(database);
    const total = written.reduce((sum, { count }) => sum + count, 0);
    expect(total).toBe(10_501);
    expect(written.filter(({ kind }) => kind === 'others')).toHaveLength(20);
    await uses.close();
    await cut.close();
    await proxy.stop();
  });

  test('stay bounded in the table, where known callers are counted on', async () => {
    const database = api.app.get(Database);
    const uses = new LegacyUses(database);
    const note = (at: number) => uses.note('GET /x', { kind: 'principal', uuid: uuidOf(at) });
    for (let at = 0; at < maxCallersOfRoute - 1; at += 1) note(at);
    await uses.flush();
    for (let at = maxCallersOfRoute - 2; at < maxCallersOfRoute + 50; at += 1) note(at);
    await uses.flush();
    const written = await readUses(database);
    expect(written).toHaveLength(maxCallersOfRoute + 1);
    expect(written.find(({ kind }) => kind === 'others')).toMatchObject({ count: 50 });
    const known = written.find(({ callerUuid }) => callerUuid === uuidOf(maxCallersOfRoute - 2));
    expect(known).toMatchObject({ count: 2 });
    await uses.close();
  });

  test('do not wait for each other in a circle', async () => {
    const all = [1, 2, 3, 4].map(() => new LegacyUses(api.app.get(Database)));
    for (const [at, uses] of all.entries()) {
      for (let one = 0; one < 200; one += 1) {
        const place = at % 2 ? one : 199 - one;
        uses.note('GET /y', { kind: 'key', uuid: uuidOf(place) });
      }
    }
    await Promise.all(all.map((uses) => uses.flush()));
    const written = await readUses(api.app.get(Database));
    expect(written.map(({ count }) => count)).toEqual(Array.from({ length: 200 }, () => 4));
    await Promise.all(all.map((uses) => uses.close()));
  });
});

describe('dual-id legacy-ids', () => {
  const config = fileURLToPath(new URL('./depot.config.js', import.meta.url));
  const run = (...args: string[]) =>
    dualId(['legacy-ids', ...args, '--config', config], { env: { DATABASE_URL: depot.url } });

  test('prints who sends them, as a table or as JSON', async () => {
    expect((await run()).out).toBe('Nobody has sent an old numeric id.\n');
    await api.as('ada', 'GET', `/orders/${depot.ada.order.number}`);
    await api.as('nobody', 'GET', `/products/${depot.product.number}`);
    await api.legacyIds.uses();
    const { code, out, err } = await run();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^route +caller +requests +first +last\n/);
    expect(out).toContain(`GET /orders/:orderUuid      principal ${depot.ada.client.uuid}  1`);
    expect(out).not.toContain(depot.ada.order.number);
    const lines = (await run('--json')).out.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).kind).toSorted()).toEqual(['nobody', 'principal']);
    expect((await run('more')).code).toBe(2);
  });
});
