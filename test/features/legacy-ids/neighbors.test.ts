import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, HttpException, VersioningType } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Repositories } from 'nest-dual-id';
import { LegacyEntities } from '../../../src/features/legacy-ids/legacy-entities.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { Client, ClientView } from './depot.entities.js';
import type { Depot, DepotApi } from './depot.js';
import { openDepot } from './depot.js';

/** As Nest's documentation shows it: it quotes the address. */
@Catch()
class QuotingFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const { url } = http.getRequest<FastifyRequest>();
    const status =
      error instanceof HttpException ? error.getStatus() : (error as { status: number }).status;
    const body = { statusCode: status, timestamp: new Date(0).toISOString(), path: url };
    void http.getResponse<FastifyReply>().status(status).send(body);
  }
}

const answered = {
  properties: { ok: { type: 'boolean' } },
  required: ['ok'],
  additionalProperties: false,
};

let depot: Depot;
let api: DepotApi;
beforeAll(async () => {
  depot = await openDepot();
  api = await depot.start();
});
afterAll(() => depot.stop());

describe('an idempotency key', () => {
  test('counts for the row, whether its number or its UUID is sent', async () => {
    const { order } = depot.ada;
    const sent = { body: { label: 'once' }, headers: { 'idempotency-key': randomUUID() } };
    const first = await api.as('ada', 'POST', `/orders/${order.number}/parcels`, sent);
    expect(first.status).toBe(201);
    expect(first.headers['location']).toBe(`/orders/${order.uuid}`);
    for (const one of [order.number, order.uuid]) {
      const again = await api.as('ada', 'POST', `/orders/${one}/parcels`, sent);
      expect([again.status, again.text]).toEqual([201, first.text]);
      expect(again.headers['idempotency-replayed']).toBe('true');
    }
  });
});

describe('a conditional request', () => {
  test('compares the version of the row', async () => {
    const order = await depot.order(depot.ada.client);
    const path = `/orders/${order.number}`;
    const tag = (await api.as('ada', 'GET', path)).headers['etag']!;
    const same = await api.as('ada', 'GET', path, { headers: { 'if-none-match': tag } });
    expect([same.status, same.headers['deprecation']]).toEqual([304, '@1769851800']);
    const old = await api.as('ada', 'DELETE', path, { headers: { 'if-match': '"9-aaaa"' } });
    expect([old.status, old.body.code]).toEqual([412, 'version_mismatch']);
    const { status } = await api.as('ada', 'DELETE', path, { headers: { 'if-match': tag } });
    expect(status).toBe(204);
  });
});

describe('a guest', () => {
  test('has the own row by its number, and no other one', async () => {
    const { ada, bob } = depot;
    expect((await api.as('guest', 'GET', `/orders/${ada.order.number}`)).status).toBe(200);
    const other = await depot.order(ada.client);
    for (const { number } of [bob.order, other]) {
      expect((await api.as('guest', 'GET', `/orders/${number}`)).status).toBe(404);
    }
  });
});

describe('a filter of the application that quotes the address', () => {
  test('sees a public id, which tells nothing about rows of others', async () => {
    const quoting = await depot.start({
      providers: [{ provide: APP_FILTER, useClass: QuotingFilter }],
    });
    const { bob, ada } = depot;
    const paths = [bob.order.number, '123456789'].map((number) => `/orders/${number}`);
    for (const path of paths) {
      const { status, body, text } = await quoting.as('ada', 'GET', path);
      expect(status).toBe(404);
      expect(body.path).toMatch(/^\/orders\/[0-9a-f-]{36}$/);
      expect(text).not.toContain(bob.order.uuid);
      expect(text).not.toContain(bob.order.number);
    }
    const deleted = await depot.order(ada.client);
    await depot.sql('UPDATE orders SET deleted_at = now() WHERE uuid = $1', [deleted.uuid]);
    const gone = await quoting.as('ada', 'GET', `/orders/${deleted.number}?`);
    expect(gone.body).toMatchObject({ statusCode: 410, path: `/orders/${deleted.uuid}?` });
  });
});

describe('a prefix, a version in the address and an envelope', () => {
  test('change nothing, and stand in the address of the row', async () => {
    const versioned = await depot.start({
      options: {
        envelope: {
          property: 'data',
          schema: { ...answered, type: 'object' },
          from: () => ({ ok: true }),
        },
      },
      prepare: (app) => {
        app.setGlobalPrefix('api');
        app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
      },
    });
    const { order, client } = depot.ada;
    const { status, body, headers } = await versioned.as(
      'ada',
      'GET',
      `/api/v1/orders/${order.number}`,
    );
    expect([status, body.data.uuid]).toEqual([200, order.uuid]);
    expect(headers['link']).toContain(`</api/v1/orders/${order.uuid}>; rel="canonical"`);
    const page = await versioned.as('ada', 'GET', `/api/v1/clients/${client.number}/orders`);
    expect(page.status).toBe(200);
  });
});

describe('a database that fails', () => {
  test('fails the request as for a UUID, and tells no number', async () => {
    const proxy = await DatabaseProxy.before(depot.url);
    const cut = await depot.start({ url: proxy.url });
    const { order } = depot.ada;
    await cut.as('staff', 'GET', `/orders/${order.number}`);
    await proxy.stop();
    const byUuid = await cut.as('staff', 'GET', `/orders/${order.uuid}`);
    const byNumber = await cut.as('staff', 'GET', `/orders/${order.number}`);
    expect(byNumber.status).toBe(503);
    expect(byNumber.text).toBe(byUuid.text);
    expect(byNumber.headers['sunset']).toBeDefined();
  });

  test('under one number of a batch leaves the others their rows', async () => {
    const { ada, bob } = depot;
    const numbers = api.app.get(LegacyEntities, { strict: false }).named('orders');
    // A trap in the table: the public id of this row cannot be read.
    const trap = await depot.order(ada.client);
    await depot.sql(`ALTER TABLE orders RENAME TO kept_orders`);
    await depot.sql(`CREATE VIEW orders AS SELECT id, label, client_id, version, deleted_at,
      CASE WHEN id = ${trap.number} THEN concat('no uuid ', id)::uuid ELSE uuid END AS uuid
      FROM kept_orders`);
    await depot.sql('GRANT SELECT ON orders TO PUBLIC');
    const asked = [ada.order, trap, bob.order].map(({ number }) => numbers.one(number));
    const found = await Promise.allSettled(asked);
    await depot.sql('DROP VIEW orders');
    await depot.sql('ALTER TABLE kept_orders RENAME TO orders');
    expect(found.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(found[2]).toMatchObject({ value: { uuid: bob.order.uuid, isKnown: true } });
  });
});

test('the repository of an entity still works by public id alone', async () => {
  const clients = api.app.get(Repositories).of(Client);
  const { client } = depot.ada;
  expect(await clients.get(ClientView, client.uuid as never)).toMatchObject({ name: 'Ada' });
  await expect(clients.get(ClientView, client.number as never)).rejects.toMatchObject({
    code: 'not_found',
  });
});
