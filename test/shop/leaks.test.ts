import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Repositories } from 'nest-dual-id';
import { Identity } from 'nest-dual-id/identity';
import type { CrawlReport, TestDatabase } from 'nest-dual-id/testing';
import { RelationsService } from 'nest-dual-id/relations';
import { expectNoInternalIds } from 'nest-dual-id/testing';
import { createFirstAccess } from '../../src/shop/access/first-access.js';
import { allPermissions } from '../../src/shop/access/permissions.js';
import type { RoleView } from '../../src/shop/access/role.view.js';
import { createApp } from '../../src/shop/create-app.js';
import { Aisle } from '../../src/shop/products/aisle.entity.js';
import { AisleView } from '../../src/shop/products/aisle.view.js';
import { Department } from '../../src/shop/products/department.entity.js';
import { DepartmentView } from '../../src/shop/products/department.view.js';
import { shopErrorCodes } from '../../src/shop/shop-errors.js';
import type { UserView } from '../../src/shop/users/user.view.js';
import { freshDatabase } from '../support/database.js';
import { clientOf } from '../support/http-client.js';
import { urlAs } from '../support/roles.js';
import { keyFor, testPepper } from '../support/shop.js';

let database: TestDatabase;
let app: NestFastifyApplication;
let headers: Record<string, string>;
let related: { uuid: string; relation: string; toUuid: string }[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  app = await createApp({
    databaseUrl: urlAs('owner', database.url),
    secret: 'a secret only for tests',
    pepper: testPepper,
  });
  await createFirstAccess(app, { keep: async () => undefined });
  headers = await keyFor(app, { scopes: allPermissions });
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

describe('the shop', () => {
  const skip = {
    'DELETE /keys/{keyUuid}': 'would revoke the key of the crawl',
    'POST /carts/claims': 'takes the token of a guest, once, and returns a cart as other routes do',
  };
  let report: CrawlReport;

  test('leaks no internal id and accepts none', async () => {
    const limits = { requests: 40_000, seconds: 240 };
    report = await expectNoInternalIds(app, {
      seed: fillTheShop,
      headers,
      skip,
      bodies: {
        'POST /keys': { name: 'for a till', scopes: ['orders:read'] },
        'POST /keys/{keyUuid}/rotate': { graceSeconds: 3_600 },
      },
      params: async () => ({
        '/orders/{orderUuid}/return': await deliveredOrders(),
        '/users/{userUuid}/roles/{roleUuid}': await heldRoles(),
        '/registry/{uuid}/relations/{relation}/{toUuid}': related,
      }),
      codes: shopErrorCodes,
      limits,
    });
    expect(report.findings).toEqual([]);
  }, 300_000);

  test('was called on every route, with success', () => {
    expect(report.routes.length).toBeGreaterThan(20);
    expect(report.routes.filter(({ succeeded }) => succeeded === 0)).toEqual([]);
  });

  test('was attacked in every way that a route allows', () => {
    const probes = (route: string) => report.routes.find((one) => one.route === route)?.probes;
    const ofPages = ['numeric-query', 'internal-name-query', 'damaged-cursor', 'foreign-cursor'];
    const ofBodies = ['numeric-body', 'nobody-body', 'internal-name-body', 'deep-json'];
    expect([...probes('GET /orders')!]).toEqual(expect.arrayContaining(ofPages));
    expect([...probes('POST /orders')!]).toEqual(expect.arrayContaining(ofBodies));
    expect([...probes('GET /users/{userUuid}/orders/{orderUuid}')!]).toEqual(
      expect.arrayContaining(['numeric-path', 'nobody-path', 'foreign-path', 'other-parent']),
    );
  });
});

/** Two users with orders, products with and without a price, all of it through the API. */
async function fillTheShop(): Promise<void> {
  const named = ['fresh fruits', 'ice cream'].map((name) => ({
    name,
    slug: name.replace(' ', '-'),
  }));
  await app.get(Repositories).of(Aisle).createMany(AisleView, named);
  await app.get(Repositories).of(Department).createMany(DepartmentView, named);
  const products = [];
  for (const price of ['0.25', '4.99', '12.80', null]) {
    const product = { name: `Product for ${price}`, department: 'ice-cream', aisle: 'ice-cream' };
    products.push(await create('/products', { ...product, price }));
  }
  const entities = [...products];
  for (const name of ['Ada', 'Grace']) {
    const user = { firstName: name, lastName: 'Byron', email: `${name}@example.org` };
    const userUuid = await create('/users', { ...user, country: 'Ukraine' });
    entities.push(userUuid);
    for (const quantity of [1, 2]) {
      const items = products.slice(0, 3).map((productUuid) => ({ productUuid, quantity }));
      entities.push(await create('/orders', { userUuid, items }));
    }
  }
  for (let number = 0; number < 40; number++) {
    const user = {
      firstName: 'Related',
      lastName: `No. ${number}`,
      email: `r${number}@example.org`,
    };
    entities.push(await create('/users', user));
  }
  await relateAll(entities);
}

/** Users who hold a role. */
async function heldRoles(): Promise<{ userUuid: string; roleUuid: string }[]> {
  const { body } = await clientOf(app)('GET', '/roles', { headers });
  const roleUuid = (body.items as RoleView[]).find(({ owner }) => !owner)!.uuid;
  const users = (await clientOf(app)('GET', '/users?limit=4', { headers })).body
    .items as UserView[];
  for (const { uuid: principalUuid } of users) {
    await app.get(Identity).assign({ principalUuid, roleUuid });
  }
  return users.map(({ uuid: userUuid }) => ({ userUuid, roleUuid }));
}

/** Orders that may be returned. */
async function deliveredOrders(): Promise<{ orderUuid: string }[]> {
  const { body } = await clientOf(app)('GET', '/orders?limit=4', { headers });
  const delivered = [];
  for (const { uuid } of body.items as { uuid: string }[]) {
    for (const status of ['processing', 'shipped', 'delivered']) {
      await clientOf(app)('POST', `/orders/${uuid}/status`, { body: { status }, headers });
    }
    delivered.push({ orderUuid: uuid });
  }
  return delivered;
}

/** Everything is related to something, so that the routes of relations return something. */
async function relateAll(entities: readonly string[]): Promise<void> {
  const edges = entities.slice(1).flatMap((toUuid, at) =>
    ['parent', 'linked'].map((relation) => ({
      fromUuid: entities[at]!,
      relation,
      toUuid,
      metadata: { note: 'A note' },
    })),
  );
  related = edges.slice(-4).map(({ fromUuid: uuid, relation, toUuid }) => ({
    uuid,
    relation,
    toUuid,
  }));
  await app.get(RelationsService, { strict: false }).relateMany(edges);
}

/** Creates something and returns its public id. */
async function create(path: string, body: object): Promise<string> {
  const response = await clientOf(app)('POST', path, { body, headers });
  expect(response.status).toBe(201);
  return response.body.uuid;
}
