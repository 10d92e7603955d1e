import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Database } from 'nest-dual-id';
import { LegacyEntities } from '../../../src/features/legacy-ids/legacy-entities.js';
import type { HttpResponse } from '../../support/http-client.js';
import { seen } from './depot.controller.js';
import type { Depot, DepotApi } from './depot.js';
import { docs, openDepot } from './depot.js';

let depot: Depot;
let api: DepotApi;
beforeAll(async () => {
  depot = await openDepot();
  api = await depot.start();
});
afterAll(() => depot.stop());

const shown = ({ status, text }: HttpResponse) => ({ status, text });
/** What a client gets for a number, which has to be what it gets for the UUID. */
async function bothWays(badge: string, method: string, path: (one: 'number' | 'uuid') => string) {
  const byUuid = await api.as(badge, method, path('uuid'));
  const byNumber = await api.as(badge, method, path('number'));
  expect(shown(byNumber)).toEqual(shown(byUuid));
  expect(byNumber.headers['etag']).toBe(byUuid.headers['etag']);
  return byNumber;
}

describe('an old number on a route that accepts it', () => {
  test('gets what the public id gets, with the same ETag', async () => {
    const { ada } = depot;
    for (const badge of ['ada', 'staff', 'robot']) {
      const { status, body } = await bothWays(badge, 'GET', (one) => `/orders/${ada.order[one]}`);
      expect([status, body.uuid]).toEqual([200, ada.order.uuid]);
    }
  });

  test('is told apart by its headers, which name the end and the address with the public id', async () => {
    const { order } = depot.ada;
    const { headers } = await api.as('ada', 'GET', `/orders/${order.number}`);
    expect(headers['deprecation']).toBe('@1769851800');
    expect(headers['sunset']).toBe('Thu, 31 Dec 2099 23:00:00 GMT');
    expect(headers['link']).toBe(
      `<${docs}>; rel="deprecation", <${docs}>; rel="sunset", </orders/${order.uuid}>; rel="canonical"`,
    );
    const byUuid = await api.as('ada', 'GET', `/orders/${order.uuid}`);
    expect(byUuid.headers).not.toHaveProperty('deprecation');
    expect(byUuid.headers).not.toHaveProperty('sunset');
    expect(byUuid.headers).not.toHaveProperty('link');
  });

  test('is a public id for the handler, in its address too', async () => {
    const { order } = depot.ada;
    seen.length = 0;
    await api.as('ada', 'GET', `/orders/${order.number}`);
    expect(seen).toEqual([`/orders/${order.uuid}`, `{"orderUuid":"${order.uuid}"}`]);
  });

  test('works on nested routes, in every parameter that names an entity of the module', async () => {
    const { client, order, parcel } = depot.ada;
    const nested = (one: 'number' | 'uuid') => `/clients/${client[one]}/orders/${order[one]}`;
    expect((await bothWays('ada', 'GET', nested)).status).toBe(200);
    const mixed = await api.as('ada', 'GET', `/clients/${client.uuid}/orders/${order.number}`);
    expect(mixed.status).toBe(200);
    const deep = (one: 'number' | 'uuid') =>
      `/orders/${order[one]}/parcels/${parcel[one]}/notes/2024`;
    const { status, headers } = await bothWays('ada', 'GET', deep);
    expect(status).toBe(200);
    // The address has a number that is none of an id, which no header may carry.
    expect(headers['link']).not.toContain('canonical');
  });

  test('names the parent of a page, whose cursor goes on under either address', async () => {
    const { client } = depot.ada;
    await depot.order(client, 'A second order');
    const list = (one: 'number' | 'uuid', query: string) =>
      `/clients/${client[one]}/orders?${query}`;
    const first = await api.as('ada', 'GET', list('number', 'limit=1&sort=label'));
    expect(first.body.items).toHaveLength(1);
    const after = `limit=1&sort=label&after=${first.body.nextCursor}`;
    const byUuid = await api.as('ada', 'GET', list('uuid', after));
    const byNumber = await api.as('ada', 'GET', list('number', after));
    expect(shown(byNumber)).toEqual(shown(byUuid));
    expect(byNumber.body.items).toHaveLength(1);
    expect(byNumber.headers['link']).toContain(`</clients/${client.uuid}/orders>; rel="canonical"`);
  });

  test('is the number of a column where the conversion put it', async () => {
    const { product } = depot;
    const path = (one: 'number' | 'uuid') => `/products/${product[one]}`;
    expect((await bothWays('nobody', 'GET', path)).status).toBe(200);
  });

  test('answers HEAD as GET', async () => {
    const { order } = depot.ada;
    const { status, text, headers } = await api.as('ada', 'HEAD', `/orders/${order.number}`);
    expect([status, text]).toEqual([200, '']);
    expect(headers['sunset']).toBe('Thu, 31 Dec 2099 23:00:00 GMT');
    expect(headers['link']).toContain('rel="canonical"');
  });

  test('is looked up by one statement together with those of other requests', async () => {
    const { ada, bob } = depot;
    const numbers = api.app.get(LegacyEntities, { strict: false }).named('orders');
    const { counters } = api.app.get(Database);
    const before = [counters.of('batches'), counters.of('batchedReads')];
    const found = await Promise.all([ada, bob, ada].map(({ order }) => numbers.one(order.number)));
    expect(found.map(({ uuid }) => uuid)).toEqual([ada, bob, ada].map(({ order }) => order.uuid));
    const after = [counters.of('batches'), counters.of('batchedReads')];
    expect(after.map((count, at) => count - before[at]!)).toEqual([1, 3]);
  });
});

describe('a number without a row for the caller', () => {
  const missing = '123456789';

  test.each(['ada', 'staff'])('is the same 404 as a UUID without one (%s)', async (badge) => {
    const byUuid = await api.as(badge, 'GET', `/orders/${randomUUID()}`);
    const byNumber = await api.as(badge, 'GET', `/orders/${missing}`);
    expect(shown(byNumber)).toEqual(shown(byUuid));
    expect(byNumber.status).toBe(404);
    expect(byNumber.headers['sunset']).toBeDefined();
    expect(byNumber.headers['link']).not.toContain('canonical');
  });

  test('is the same for a row of another as for none', async () => {
    const { bob, ada } = depot;
    const own = `/orders/${ada.order.number}`;
    const none = await api.as('ada', 'GET', `/orders/${missing}`);
    for (const path of [
      `/orders/${bob.order.number}`,
      `/clients/${bob.client.number}/orders/${bob.order.number}`,
      `/clients/${bob.client.number}/orders`,
      `${own}/parcels/${bob.parcel.number}/notes/2024`,
      `/orders/${bob.order.number}/parcels/${bob.parcel.number}/notes/2024`,
    ]) {
      const foreign = await api.as('ada', 'GET', path);
      expect(shown(foreign)).toEqual(shown(none));
      expect(foreign.headers['link']).toBe(none.headers['link']);
    }
    const removal = await api.as('ada', 'DELETE', `/orders/${bob.order.number}`);
    expect(shown(removal)).toEqual(shown(none));
  });

  test('gets no address of a row, even where the handler does not look', async () => {
    const { status, headers } = await api.as('staff', 'GET', `/orders/${missing}/help`);
    expect([status, headers['deprecation']]).toEqual([200, '@1769851800']);
    expect(headers['link']).not.toContain('canonical');
    const own = await api.as('staff', 'GET', `/orders/${depot.ada.order.number}/help`);
    expect(own.headers['link']).toContain(
      `</orders/${depot.ada.order.uuid}/help>; rel="canonical"`,
    );
  });

  test('is that of a sibling entity as little as a UUID of one', async () => {
    const { ada } = depot;
    expect((await api.as('staff', 'GET', `/orders/${ada.parcel.number}`)).status).toBe(404);
  });
});

describe('a deleted row', () => {
  test('is 410 by its number where it is by its UUID', async () => {
    const { ada, bob } = depot;
    for (const client of [ada.client, bob.client]) {
      const order = await depot.order(client);
      await depot.sql('UPDATE orders SET deleted_at = now() WHERE uuid = $1', [order.uuid]);
      for (const badge of ['ada', 'bob', 'staff']) {
        const isOwn = badge === 'staff' || (badge === 'ada') === (client === ada.client);
        const { status } = await bothWays(badge, 'GET', (one) => `/orders/${order[one]}`);
        expect(status).toBe(isOwn ? 410 : 404);
      }
    }
  });

  test('is 410 for staff after it was deleted for good, as the registry says', async () => {
    const { ada } = depot;
    const insert = `INSERT INTO parcels (label, order_id) VALUES ('Lost', $1)
      RETURNING id::text AS number, uuid`;
    const [parcel] = await depot.sql(insert, [ada.order.number]);
    const path = (one: 'number' | 'uuid') => `/parcels/${parcel![one]}`;
    expect((await api.as('ada', 'DELETE', path('number'))).status).toBe(204);
    expect((await bothWays('staff', 'DELETE', path)).status).toBe(410);
    expect((await bothWays('ada', 'DELETE', path)).status).toBe(404);
  });
});
