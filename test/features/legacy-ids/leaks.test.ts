import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Repositories } from 'nest-dual-id';
import { expectNoInternalIds } from 'nest-dual-id/testing';
import { badges, permissions } from '../../examples/badges.js';
import { capturingLog } from '../../../src/features/testing/log-capture.js';
import { urlAs } from '../../support/roles.js';
import {
  Client,
  ClientView,
  Order,
  OrderView,
  Parcel,
  ParcelView,
  Product,
  ProductView,
} from './depot.entities.js';
import type { Depot, DepotApi } from './depot.js';
import { openDepot, staffUuid } from './depot.js';

let depot: Depot;
let api: DepotApi;
beforeAll(async () => {
  depot = await openDepot();
  api = await depot.start({ url: urlAs('owner', depot.url) });
});
afterAll(() => depot.stop());

/** Addresses that no list shows. */
const params: Record<string, Record<string, string>[]> = {};

async function seed(app: NestFastifyApplication) {
  const repositories = app.get(Repositories);
  for (const name of ['Eve', 'Kim']) {
    const { uuid: clientUuid } = await repositories.of(Client).create(ClientView, { name });
    const { uuid: productUuid } = await repositories.of(Product).create(ProductView, { name });
    address('/products/{productUuid}', { productUuid });
    address('/clients/{clientUuid}/name', { clientUuid });
    for (const label of ['one', 'two', 'three', 'four']) {
      const order = await repositories.of(Order).create(OrderView, { label, clientUuid });
      const orderUuid = order.uuid;
      const parcel = await repositories.of(Parcel).create(ParcelView, { label, orderUuid });
      address('/clients/{clientUuid}/orders/{orderUuid}', { clientUuid, orderUuid });
      address('/orders/{orderUuid}', { orderUuid });
      address('/strict/orders/{orderUuid}', { orderUuid });
      address('/parcels/{parcelUuid}', { parcelUuid: parcel.uuid });
      const noted = { orderUuid, parcelUuid: parcel.uuid, year: '2024' };
      address('/orders/{orderUuid}/parcels/{parcelUuid}/notes/{year}', noted);
    }
  }
}

function address(path: string, values: Record<string, string>): void {
  (params[path] ??= []).push(values);
}

describe('the routes that accept old numbers', () => {
  test('show none, whatever is sent, and accept none in another form', async () => {
    badges.set('crawler', () => ({ principalUuid: staffUuid, scopes: undefined }));
    permissions.set(staffUuid, new Set(['orders:read', 'legacy:exchange', 'legacy:all']));
    const report = await expectNoInternalIds(api.app, {
      seed,
      params: () => params,
      headers: { authorization: 'Bearer crawler' },
      skip: { 'GET /orders/{orderUuid}/help': 'reads nothing, and so finds what is not there' },
      bodies: { 'POST /legacy-ids/exchange': { entity: 'orders', numbers: ['7001', '7002'] } },
    });
    const { probes } = report.routes.find(({ route }) => route === 'GET /orders/{orderUuid}')!;
    expect([...probes]).toEqual(expect.arrayContaining(['numeric-path', 'misspelt-path']));
  });

  test('log none', async () => {
    const { ada } = depot;
    const numbers = ['71234567890', '81234567890'];
    await depot.sql('UPDATE parcels SET label = label');
    const insert =
      'INSERT INTO orders (id, label, client_id) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3)';
    await depot.sql(insert, [numbers[0], 'Logged', ada.client.number]);
    const { lines } = await capturingLog(async () => {
      for (const number of numbers) {
        await api.as('ada', 'GET', `/orders/${number}`);
        await api.as('ada', 'POST', `/orders/${number}/parcels`, { body: { label: 5 } });
        await api.as('ada', 'POST', `/orders/${number}/parcels`, { body: { label: 'x' } });
        await api.as('ada', 'DELETE', `/orders/${number}`, { headers: { 'if-match': '*' } });
      }
      await api.legacyIds.uses();
    });
    for (const number of numbers) expect(lines.join('\n')).not.toContain(number);
    const kept = JSON.stringify(await depot.sql('SELECT * FROM dual_id.legacy_id_uses'));
    for (const number of numbers) expect(kept).not.toContain(number);
  });
});
