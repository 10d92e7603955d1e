import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { restrictedTo } from 'nest-dual-id';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { setClock } from '../../support/skewed-clock.js';
import type { Depot, DepotApi } from './depot.js';
import { legacyOptions, openDepot } from './depot.js';

/** Lets in whoever has the header. */
class HeaderGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
    return headers['x-internal'] === 'yes';
  }
}

let depot: Depot;
let api: DepotApi;
beforeAll(async () => {
  depot = await openDepot();
  api = await depot.start();
});
afterEach(() => setClock(0));
afterAll(() => depot.stop());

const exchange = (badge: string, body: unknown, of = api, headers = {}) =>
  of.as(badge, 'POST', '/legacy-ids/exchange', { body, headers });
const missing = '123456789';

describe('the exchange of old numbers', () => {
  test('answers with public ids in order, null where the caller has no row', async () => {
    const { ada, bob } = depot;
    const numbers = [bob.order.number, missing, ada.order.number];
    const body = { entity: 'orders', numbers };
    const own = await exchange('ada', body);
    expect([own.status, own.body]).toEqual([200, { uuids: [null, null, ada.order.uuid] }]);
    const all = await exchange('staff', body);
    expect(all.body).toEqual({ uuids: [bob.order.uuid, null, ada.order.uuid] });
    for (const { text, headers } of [own, all]) {
      for (const number of numbers) {
        expect(text).not.toContain(`"${number}"`);
        expect(JSON.stringify(headers)).not.toContain(number);
      }
    }
  });

  test('knows every entity of the module, those with owners further away too', async () => {
    const { ada, bob, product } = depot;
    const of = async (entity: string, one: string, other: string) =>
      (await exchange('ada', { entity, numbers: [one, other] })).body.uuids;
    expect(await of('clients', ada.client.number, bob.client.number)).toEqual([
      ada.client.uuid,
      null,
    ]);
    expect(await of('parcels', ada.parcel.number, bob.parcel.number)).toEqual([
      ada.parcel.uuid,
      null,
    ]);
    expect(await of('products', product.number, missing)).toEqual([product.uuid, null]);
  });

  test('knows no deleted rows', async () => {
    const order = await depot.order(depot.ada.client);
    await depot.sql('UPDATE orders SET deleted_at = now() WHERE uuid = $1', [order.uuid]);
    for (const badge of ['ada', 'staff']) {
      const { body } = await exchange(badge, { entity: 'orders', numbers: [order.number] });
      expect(body).toEqual({ uuids: [null] });
    }
  });

  test('needs its permission, and somebody who can own rows', async () => {
    const body = { entity: 'orders', numbers: [missing] };
    expect((await exchange('nobody', body)).status).toBe(401);
    expect((await exchange('guest', body)).status).toBe(403);
    expect((await exchange('robot', body)).body.code).toBe('forbidden');
  });

  test('sends the same statements for rows of others as for none', async () => {
    const proxy = await DatabaseProxy.before(depot.url);
    const seen: string[] = [];
    const watched = await depot.start({ url: proxy.url });
    const statementsFor = async (numbers: string[]) => {
      seen.length = 0;
      await exchange('ada', { entity: 'orders', numbers }, watched);
      return [...seen];
    };
    proxy.count({ test: (text: string) => seen.push(text) > 0 } as never);
    await statementsFor([missing, '123456790']);
    const none = await statementsFor(['123456791', '123456792']);
    const others = await depot.order(depot.bob.client);
    const foreign = await statementsFor([depot.bob.order.number, others.number]);
    expect(foreign).toEqual(none);
    expect(none.length).toBeGreaterThan(0);
    await watched.close();
    await proxy.stop();
  });

  test.each([
    ['none', { entity: 'orders', numbers: [] }, '/numbers'],
    ['a number twice', { entity: 'orders', numbers: ['7', '7'] }, '/numbers'],
    ['a number as JSON writes it', { entity: 'orders', numbers: [7] }, '/numbers'],
    ['a leading zero', { entity: 'orders', numbers: ['7', '08'] }, '/numbers'],
    ['a number beyond bigint', { entity: 'orders', numbers: ['9223372036854775808'] }, '/numbers'],
    [
      'too many',
      { entity: 'orders', numbers: Array.from({ length: 501 }, (_, at) => `${at + 1}`) },
      '/numbers',
    ],
    ['an unknown entity', { entity: 'invoices', numbers: ['7'] }, '/entity'],
    ['a method of objects', { entity: 'constructor', numbers: ['7'] }, '/entity'],
  ])('refuses %s', async (_what, sent, pointer) => {
    const { status, body } = await exchange('staff', sent);
    expect([status, body.code]).toEqual([400, 'invalid_body']);
    expect(body.errors[0].pointer).toContain(pointer);
    expect(JSON.stringify(body)).not.toContain('08"');
  });

  test('is limited by how many numbers a caller sends in a minute', async () => {
    const limitedTo = { permission: 'legacy:exchange' };
    const exchangeOf = { api: limitedTo, maxNumbers: 3, numbersPerMinute: 5 };
    const limited = await depot.start({ legacy: { exchange: exchangeOf } });
    const send = (badge: string, ...numbers: string[]) =>
      exchange(badge, { entity: 'orders', numbers }, limited);
    expect((await send('ada', '1', '2', '3')).status).toBe(200);
    const refused = await send('ada', '4', '5', '6');
    expect([refused.status, refused.body.code]).toEqual([429, 'too_many_requests']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await send('ada', '4', '5')).status).toBe(200);
    expect((await send('ada', '6')).status).toBe(429);
    expect((await send('bob', '1', '2', '3')).status).toBe(200);
  });

  test('ends with the window', async () => {
    setClock(Date.parse(String(legacyOptions.until)) - Date.now());
    const { status, body } = await exchange('ada', { entity: 'orders', numbers: [missing] });
    expect([status, body.code]).toEqual([410, 'legacy_id_retired']);
  });

  test('is counted for its caller', async () => {
    await exchange('bob', { entity: 'orders', numbers: [missing] });
    const uses = await api.legacyIds.uses();
    expect(uses).toContainEqual(
      expect.objectContaining({
        route: 'POST /legacy-ids/exchange',
        callerUuid: depot.bob.client.uuid,
      }),
    );
  });

  test('may be behind guards of the application', async () => {
    const guarded = await depot.start({
      legacy: { exchange: { api: { guards: [HeaderGuard] } } },
    });
    const body = { entity: 'orders', numbers: [depot.ada.order.number] };
    expect((await exchange('nobody', body, guarded)).status).toBe(403);
    const { body: answer } = await exchange('nobody', body, guarded, { 'x-internal': 'yes' });
    expect(answer).toEqual({ uuids: [depot.ada.order.uuid] });
  });

  test('is no route of an application that does not ask for it', async () => {
    const { exchange: _exchange, ...without } = legacyOptions;
    const closed = await depot.start({ legacy: { ...without, exchange: undefined as never } });
    const { body } = await exchange('staff', { entity: 'orders', numbers: ['7'] }, closed);
    expect(body.code).toBe('route_not_found');
  });
});

describe('the service', () => {
  test('exchanges within the rows of the running work', async () => {
    const { ada, bob } = depot;
    const numbers = [ada.order.number, bob.order.number];
    const work = () => api.legacyIds.exchange('orders', numbers);
    expect(await work()).toEqual([ada.order.uuid, bob.order.uuid]);
    expect(await restrictedTo(bob.client.uuid, work)).toEqual([null, bob.order.uuid]);
  });

  test('refuses wrong calls', async () => {
    const { legacyIds } = api;
    await expect(legacyIds.exchange('invoices', ['7'])).rejects.toMatchObject({ code: 'misuse' });
    await expect(legacyIds.exchange('orders', ['07'])).rejects.toMatchObject({ code: 'misuse' });
  });
});
