import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BenchController } from './bench.controller.js';
import type { Depot, DepotApi } from './depot.js';
import { openDepot } from './depot.js';
import { codeOf, expectTold, malformed, missing, shown } from './responses.js';

let depot: Depot;
let api: DepotApi;
beforeAll(async () => {
  depot = await openDepot();
  api = await depot.start({ controllers: [BenchController] });
});
afterAll(() => depot.stop());

const post = (path: string, body: unknown, badge = 'ada', headers = {}) =>
  api.as(badge, 'POST', `/bench/${path}`, { body, headers });

describe('a reference in a body that accepts old numbers', () => {
  test.each<[string, (number: string) => unknown]>([
    ['a number', Number],
    ['a text', String],
  ])('refers to the row by %s', async (_what, written) => {
    const { order } = depot.ada;
    const response = await post('parcels', { label: 'x', orderUuid: written(order.number) });
    expect([response.status, response.body.orderUuid]).toEqual([201, order.uuid]);
    expectTold(response);
    const byUuid = await post('parcels', { label: 'x', orderUuid: order.uuid });
    expect(byUuid.headers).not.toHaveProperty('sunset');
  });

  test('is missing for a row of another as for none, and for an unknown UUID', async () => {
    const refused = await post('parcels', { label: 'x', orderUuid: randomUUID() });
    expect(codeOf(refused)).toEqual([422, 'missing_reference']);
    for (const orderUuid of [missing, Number(depot.bob.order.number)]) {
      const response = await post('parcels', { label: 'x', orderUuid });
      expect(shown(response)).toEqual(shown(refused));
      expectTold(response);
    }
  });

  test('may be in objects and in lists of them', async () => {
    const { product, ada } = depot;
    const line = (one: unknown) => ({ productUuid: one });
    const number = Number(product.number);
    const { status, body } = await post('batches', {
      first: line(number),
      lines: [line(product.uuid), line(product.number), line(number)],
      orderUuids: [Number(ada.order.number), ada.order.uuid],
    });
    const found = line(product.uuid);
    expect([status, JSON.parse(body.text)]).toEqual([
      201,
      { first: found, lines: [found, found, found], orderUuids: [ada.order.uuid, ada.order.uuid] },
    ]);
  });

  test.each([0, -1, 1.5, 2 ** 53, true, ['7001'], { id: 1 }, '07001', '7001 ', ''])(
    'refuses %j as ever',
    async (orderUuid) => {
      const response = await post('parcels', { label: 'x', orderUuid });
      expect(response.status).toBe(400);
      expect(response.headers).not.toHaveProperty('sunset');
    },
  );

  test('is refused elsewhere, with more items than declared, and before a broken rule', async () => {
    const orderUuid = Number(depot.ada.order.number);
    expect(codeOf(await post('strict/parcels', { label: 'x', orderUuid }))).toEqual(malformed);
    const { status, body } = await post('parcels', { label: 5, orderUuid });
    expect([status, body.errors]).toEqual([400, [expect.objectContaining({ pointer: '/label' })]]);
    const lines = Array.from({ length: 41 }, () => ({ productUuid: 1 }));
    const batch = { first: lines[0], lines, orderUuids: [] };
    expect(codeOf(await post('batches', batch))).toEqual([400, 'invalid_body']);
  });

  test('tells nobody the public id of a row of another', async () => {
    const { bob, product } = depot;
    const line = { productUuid: product.uuid };
    const orderUuids = [Number(bob.order.number), String(missing)];
    const batch = { first: line, lines: [line], orderUuids };
    const seenBy = async (badge: string) =>
      JSON.parse((await post('batches', batch, badge)).body.text).orderUuids as string[];
    const [foreign, none] = await seenBy('ada');
    expect([foreign, none]).not.toContain(bob.order.uuid);
    expect(foreign).not.toBe(none);
    expect((await seenBy('staff'))[0]).toBe(bob.order.uuid);
  });

  test('is refused in a form', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const text = `label=x&orderUuid=${depot.ada.order.number}`;
    const response = await api.as('ada', 'POST', '/bench/forms', { body: text, headers: form });
    expect(codeOf(response)).toEqual(malformed);
    const uuid = `label=x&orderUuid=${depot.ada.order.uuid}`;
    const byUuid = await api.as('ada', 'POST', '/bench/forms', { body: uuid, headers: form });
    expect(byUuid.status).toBe(201);
  });

  test('counts for an idempotency key like its UUID', async () => {
    const { order } = depot.ada;
    const headers = { 'idempotency-key': randomUUID() };
    const first = await post('parcels', { label: 'x', orderUuid: order.uuid }, 'ada', headers);
    const again = await post('parcels', { label: 'x', orderUuid: order.number }, 'ada', headers);
    expect(again.body).toEqual(first.body);
    const unknown = { 'idempotency-key': randomUUID() };
    for (let round = 0; round < 2; round += 1) {
      const none = await post('parcels', { label: 'x', orderUuid: missing }, 'ada', unknown);
      expect(codeOf(none)).toEqual([422, 'missing_reference']);
    }
  });
});
