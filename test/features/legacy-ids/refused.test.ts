import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { Bind, OwnOr, Returns } from 'nest-dual-id';
import { AcceptsLegacyIds } from 'nest-dual-id/legacy-ids';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { setClock } from '../../support/skewed-clock.js';
import { Order, OrderView } from './depot.entities.js';
import type { Depot, DepotApi } from './depot.js';
import { docs, legacyOptions, openDepot } from './depot.js';

@Controller('early')
class EarlyController {
  @AcceptsLegacyIds({ until: '2098-01-01T00:00:00Z' })
  @Get('orders/:orderUuid')
  @OwnOr('orders:read')
  @Returns(OrderView)
  show(@Bind('orderUuid', OrderView) order: OrderView): OrderView {
    return order;
  }
}

let depot: Depot;
let api: DepotApi;
let proxy: DatabaseProxy;
beforeAll(async () => {
  depot = await openDepot();
  proxy = await DatabaseProxy.before(depot.url);
  const { controllers = [] } = depot.parts();
  api = await depot.start({ url: proxy.url, controllers: [...controllers, EarlyController] });
});
afterEach(() => setClock(0));
afterAll(async () => {
  await depot.stop();
  await proxy.stop();
});

const untouched = async (badge: string, method: string, path: string) => {
  const statements = proxy.count(/\b(?:orders|clients|parcels)\b/);
  const response = await api.as(badge, method, path);
  expect(statements()).toBe(0);
  return response;
};

describe('on a route that accepts old numbers', () => {
  test.each([
    ['a leading zero', (n: string) => `0${n}`],
    ['zero', () => '0'],
    ['a sign', (n: string) => `+${n}`],
    ['a minus', (n: string) => `-${n}`],
    ['a fraction', (n: string) => `${n}.0`],
    ['an exponent', () => '7e3'],
    ['hexadecimal digits', (n: string) => `0x${Number(n).toString(16)}`],
    ['a space behind it', (n: string) => `${n}%20`],
    ['a line end behind it', (n: string) => `${n}%0A`],
    ['other digits', () => '%D9%A7%D9%A0%D9%A0%D9%A0'],
    ['a number beyond bigint', () => '9223372036854775808'],
    ['a very long number', () => '9'.repeat(90)],
    ['a list', (n: string) => `${n},${n}`],
  ])('%s is refused as ever, before any I/O', async (_what, written) => {
    const { order } = depot.ada;
    const path = `/orders/${written(order.number)}`;
    const { status, body, headers } = await untouched('ada', 'GET', path);
    expect([status, body.code]).toEqual([400, 'malformed_public_id']);
    expect(headers).not.toHaveProperty('deprecation');
  });

  test('the highest number that there is stands for no row', async () => {
    expect((await api.as('ada', 'GET', '/orders/9223372036854775807')).status).toBe(404);
    expect((await api.as('nobody', 'GET', '/products/9223372036854775807')).status).toBe(404);
  });

  test('other parameters and names of ids stay what they are', async () => {
    const { ada } = depot;
    for (const query of ['?id=5', '?orderId=5']) {
      const { body } = await untouched('ada', 'GET', `/orders/${ada.order.number}${query}`);
      expect(body.code).toBe('internal_id_refused');
    }
    const path = `/orders/${ada.order.number}/parcels/${ada.parcel.number}/notes/77`;
    expect((await untouched('ada', 'GET', path)).status).toBe(404);
  });

  test('nothing is looked up for callers whom the route refuses', async () => {
    const { ada } = depot;
    const path = `/orders/${ada.order.number}`;
    const unknown = await untouched('nobody', 'GET', path);
    expect([unknown.status, unknown.body.code]).toEqual([401, 'unauthenticated']);
    const guest = await untouched('guest', 'DELETE', path);
    expect([guest.status, guest.body.code]).toEqual([403, 'forbidden']);
  });
});

describe('on every other route', () => {
  test('numbers are refused as before', async () => {
    const { ada } = depot;
    for (const path of [
      `/strict/orders/${ada.order.number}`,
      `/clients/${ada.client.number}/name`,
    ]) {
      const { status, body } = await untouched('ada', 'GET', path);
      expect([status, body.code]).toEqual([400, 'malformed_public_id']);
      expect(body.detail).not.toContain(ada.order.number);
    }
  });
});

describe('the end of the window', () => {
  const end = Date.parse(String(legacyOptions.until));
  const at = (time: number) => setClock(time - new Date().getTime());

  test('is the very moment of `until`, without a restart', async () => {
    const { order } = depot.ada;
    const path = `/orders/${order.number}`;
    at(end - 2_000);
    expect((await api.as('ada', 'GET', path)).status).toBe(200);
    setClock(0);
    at(end);
    const { status, body, text } = await untouched('ada', 'GET', path);
    expect([status, body.code]).toEqual([410, 'legacy_id_retired']);
    expect(body.detail).toContain('until 2099-12-31T23:00:00Z');
    expect(body.detail).toContain(docs);
    expect(text).not.toContain(order.number);
    expect((await api.as('ada', 'GET', `/orders/${order.uuid}`)).status).toBe(200);
    const odd = await api.as('ada', 'GET', `/orders/0${order.number}`);
    expect(odd.body.code).toBe('malformed_public_id');
  });

  test('may be earlier for a route', async () => {
    const { order } = depot.ada;
    const path = `/early/orders/${order.number}`;
    const { headers } = await api.as('ada', 'GET', path);
    expect(headers['sunset']).toBe('Wed, 01 Jan 2098 00:00:00 GMT');
    at(Date.parse('2098-01-01T00:00:00Z'));
    expect((await api.as('ada', 'GET', path)).body.code).toBe('legacy_id_retired');
    expect((await api.as('ada', 'GET', `/orders/${order.number}`)).status).toBe(200);
  });
});

test('numbers beyond `upTo`, which no client can know, stand for no row', async () => {
  const { ada } = depot;
  const later = await depot.order(ada.client);
  const entities = { orders: { entity: Order, upTo: ada.order.number } };
  const all = { ...legacyOptions.entities, ...entities };
  const bounded = await depot.start({ legacy: { entities: all } });
  expect((await bounded.as('ada', 'GET', `/orders/${ada.order.number}`)).status).toBe(200);
  expect((await bounded.as('ada', 'GET', `/orders/${later.number}`)).status).toBe(404);
  expect((await bounded.as('ada', 'GET', `/orders/${later.uuid}`)).status).toBe(200);
});
