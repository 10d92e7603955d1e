import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { setClock } from '../../support/skewed-clock.js';
import { BenchController } from './bench.controller.js';
import type { Depot, DepotApi } from './depot.js';
import { legacyOptions, openDepot } from './depot.js';
import { codeOf, expectTold, malformed, missing, shown } from './responses.js';

let depot: Depot;
let api: DepotApi;
beforeAll(async () => {
  depot = await openDepot();
  api = await depot.start({ controllers: [BenchController] });
});
afterEach(() => setClock(0));
afterAll(() => depot.stop());

const ask = (badge: string, query: string) => api.as(badge, 'GET', `/bench/${query}`);
const post = (path: string, body: unknown, badge = 'ada', headers = {}) =>
  api.as(badge, 'POST', `/bench/${path}`, { body, headers });

describe('a filter that accepts old numbers', () => {
  test('finds what it finds for the public id, and the response tells of the end', async () => {
    const { ada } = depot;
    for (const badge of ['ada', 'staff']) {
      const byUuid = await ask(badge, `orders?limit=5&clientUuid=${ada.client.uuid}&sort=label`);
      const byNumber = await ask(
        badge,
        `orders?limit=5&clientUuid=${ada.client.number}&sort=label`,
      );
      expect(shown(byNumber)).toEqual(shown(byUuid));
      expect(byNumber.body.items.map(({ uuid }: any) => uuid)).toContain(ada.order.uuid);
      expectTold(byNumber);
      expect(byUuid.headers).not.toHaveProperty('sunset');
    }
  });

  test('goes on from page to page under either id', async () => {
    const { client } = depot.ada;
    await depot.order(client, 'A second order');
    const list = (one: 'number' | 'uuid', after = '') =>
      ask('ada', `orders?clientUuid=${client[one]}&limit=1&sort=label${after}`);
    const { nextCursor } = (await list('number')).body;
    const next = await list('number', `&after=${nextCursor}`);
    expect(next.body.items).toHaveLength(1);
    expect(shown(await list('uuid', `&after=${nextCursor}`))).toEqual(shown(next));
  });

  test('finds nothing of another, as for a number without a row', async () => {
    const { bob } = depot;
    const foreign = await ask('ada', `orders?clientUuid=${bob.client.number}`);
    const none = await ask('ada', `orders?clientUuid=${missing}`);
    expect(shown(foreign)).toEqual(shown(none));
    expect(none.body.items).toEqual([]);
    for (const response of [foreign, none]) expectTold(response);
  });

  test.each(['01', '+1', '1.0', '1,2', '0', '9223372036854775808', ''])(
    'refuses %j as ever',
    async (text) => {
      const response = await ask('ada', `orders?clientUuid=${encodeURIComponent(text)}`);
      expect(codeOf(response)).toEqual(malformed);
      expect(response.headers).not.toHaveProperty('sunset');
    },
  );

  test('is refused twice in a request, and with a number elsewhere', async () => {
    const { number } = depot.ada.client;
    const twice = await ask('ada', `orders?clientUuid=${number}&clientUuid=${number}`);
    expect(twice.status).toBe(400);
    expect(codeOf(await ask('ada', `strict?clientUuid=${number}`))).toEqual(malformed);
    expect((await ask('ada', `orders?client_id=${number}`)).body.code).toBe('internal_id_refused');
  });
});

describe('a parameter of the query that accepts old numbers', () => {
  test('is the public id for the handler, in its address too', async () => {
    const { number, uuid } = depot.product;
    const { body } = await ask('nobody', `product?productUuid=${number}`);
    expect(body.text).toBe(`${uuid} /bench/product?productUuid=${uuid}`);
    const written = await ask('nobody', `product?product%55uid=${number}`);
    expect(written.body.text).toBe(`${uuid} /bench/product?product%55uid=${uuid}`);
    expect((await ask('nobody', 'product')).body.text).toContain('undefined');
  });

  test('tells nobody the public id of a row of another', async () => {
    const { order } = depot.bob;
    const path = `find?orderUuid=${order.number}`;
    expect((await ask('ada', path)).text).not.toContain(order.uuid);
    expect((await ask('staff', path)).text).toContain(order.uuid);
  });

  test('is one of those that are named, also in a class', async () => {
    const { order, client } = depot.ada;
    const { body } = await ask('ada', `find?orderUuid=${order.number}&clientUuid=${client.uuid}`);
    expect(body.text).toBe(`${order.uuid} ${client.uuid}`);
    expect(codeOf(await ask('ada', `find?clientUuid=${client.number}`))).toEqual(malformed);
    const path = `clients/${client.number}?orderUuid=`;
    expect((await ask('ada', path + order.uuid)).body.text).toBe(`${client.uuid} ${order.uuid}`);
    expect(codeOf(await ask('ada', path + order.number))).toEqual(malformed);
  });
});

describe('numbers outside of paths', () => {
  test('are counted once for a request, by route and caller', async () => {
    const { ada, product } = depot;
    await api.legacyIds.uses();
    await depot.sql('TRUNCATE dual_id.legacy_id_uses');
    await ask('ada', `orders?clientUuid=${ada.client.number}`);
    const line = { productUuid: product.number };
    await post('batches', { first: line, lines: [line, line], orderUuids: [1, 2] });
    await post('parcels', { label: 'x', orderUuid: 1 }, 'nobody');
    const uses = await api.legacyIds.uses();
    const counted = uses.map(({ route, callerUuid, count }) => [route, callerUuid, count]);
    expect(counted.toSorted()).toEqual([
      ['GET /bench/orders', ada.client.uuid, 1],
      ['POST /bench/batches', ada.client.uuid, 1],
    ]);
  });

  test('are 410 after the end of the window', async () => {
    setClock(Date.parse(String(legacyOptions.until)) - Date.now());
    const { client, order } = depot.ada;
    const retired = [
      await ask('ada', `orders?clientUuid=${client.number}`),
      await post('parcels', { label: 'x', orderUuid: Number(order.number) }),
    ];
    for (const response of retired) {
      expect(codeOf(response)).toEqual([410, 'legacy_id_retired']);
      expect(response.text).not.toContain(order.number);
    }
    expect((await ask('ada', `orders?clientUuid=${client.uuid}`)).status).toBe(200);
  });
});
