import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dualIdDataSource, openApiOf } from 'nest-dual-id';
import { diagnose } from 'nest-dual-id/doctor';
import { expectNoInternalIds } from 'nest-dual-id/testing';
import { DataSource } from 'typeorm';
import type { Example } from '../support/example.js';
import { startExample } from '../support/example.js';
import {
  Customer,
  CustomersController,
  HooksController,
  migrateCustomers,
  received,
  signed,
} from './customers.js';

let service: Example;
beforeAll(async () => {
  service = await startExample({
    entities: [Customer],
    controllers: [CustomersController, HooksController],
    migrate: migrateCustomers,
    rawBody: true,
  });
});
afterAll(() => service.stop());

const ada = { name: 'Ada', stripeCustomerId: 'cus_1', githubUserId: 583231 };
const create = (body: object) => service.ask('POST', '/customers', { body });

describe('an identifier of another system', () => {
  test('is accepted and returned under its own name, and filters a page', async () => {
    const { status, body } = await create(ada);
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...ada, githubUserId: '583231' });
    await create({ ...ada, stripeCustomerId: 'cus_2', githubUserId: 2 });
    for (const query of ['stripeCustomerId=cus_1', 'githubUserId=583231']) {
      const page = await service.ask('GET', `/customers?${query}`);
      expect(page.body.items).toEqual([body]);
    }
    const found = await service.ask('GET', '/customers/found?stripeCustomerId=cus_9');
    expect(found.body).toEqual({ stripeCustomerId: 'cus_9' });
  });

  test.each([
    ['an empty text', { ...ada, stripeCustomerId: '' }],
    ['256 characters', { ...ada, stripeCustomerId: 'x'.repeat(256) }],
    ['null', { ...ada, stripeCustomerId: null }],
    ['a fraction', { ...ada, githubUserId: 1.5 }],
    ['an object', { ...ada, githubUserId: { id: 1 } }],
    ['nothing', { ...ada, githubUserId: undefined }],
  ])('is no %s', async (_what, body) => {
    expect((await create(body)).status).toBe(400);
  });

  test('allows no other name, and its own nowhere else', async () => {
    const { body } = await create({ ...ada, id: 1, customerId: 2 });
    expect(body.code).toBe('internal_id_refused');
    expect(body.errors).toHaveLength(2);
    const { body: elsewhere } = await service.ask('POST', '/hooks/features?stripeCustomerId=1', {
      body: {},
    });
    expect(elsewhere['code']).toBe('internal_id_refused');
  });
});

describe('a payload of another system', () => {
  const event = {
    id: 'evt_1',
    type: 'customer.created',
    data: { id: 'cus_1', object: 'customer', userId: 7 },
    api_version: '2026-01-01',
    previous: [{ id: 1 }],
  };
  const send = (body: string, signature: string) =>
    service.ask('POST', '/hooks/stripe', { body, headers: { 'stripe-signature': signature } });

  test('is received with its ids, without undeclared properties, and its signature is valid', async () => {
    const body = JSON.stringify(event, null, 2);
    expect((await send(body, signed(body))).status).toBe(204);
    expect(received.at(-1)).toEqual({
      id: 'evt_1',
      type: 'customer.created',
      data: { id: 'cus_1', object: 'customer' },
    });
    expect((await send(body, signed('else'))).status).toBe(401);
  });

  test('has the declared shape', async () => {
    const sent = JSON.stringify({ ...event, data: { id: 'cus_1' } });
    const { status, body } = await send(sent, signed(sent));
    expect([status, body.code]).toEqual([400, 'invalid_body']);
    expect(body.errors).toMatchObject([{ pointer: '/data/object' }]);
    const point = { type: 'Feature', id: 7, geometry: { type: 'Point', coordinates: [1, 2] } };
    const feature = await service.ask('POST', '/hooks/features', { body: point });
    expect(feature.body).toEqual({ id: '7' });
  });
});

test('the API description marks identifiers of other systems', async () => {
  const { paths, components } = await openApiOf(service.app, { title: 'Customers', version: '1' });
  const { CustomerView, CreateCustomer } = components!.schemas as Record<
    string,
    { properties: Record<string, object> }
  >;
  for (const { properties } of [CustomerView!, CreateCustomer!]) {
    expect(properties['stripeCustomerId']).toMatchObject({ type: 'string', 'x-external': true });
  }
  expect(paths['/customers/found']!.get!.parameters).toMatchObject([
    { name: 'stripeCustomerId', in: 'query', required: true, schema: { 'x-external': true } },
  ]);
});

test('no internal id leaves or enters next to them', async () => {
  const seed = () => create({ ...ada, stripeCustomerId: 'cus_seed' });
  await expectNoInternalIds(await service.asOwner(), {
    seed,
    skip: { 'POST /hooks/stripe': 'takes signed bodies only' },
  });
});

test('the doctor lists them, and finds nothing wrong with them', async () => {
  const declared: string[] = [];
  const options = dualIdDataSource({ url: service.ownerUrl, entities: [Customer] });
  const dataSource = await new DataSource(options).initialize();
  // The doctor closes the application it was given, so this is the last test.
  const findings = await diagnose({
    dataSource,
    application: () => Promise.resolve(service.app),
    onDeclared: ({ place, what }) => declared.push(`${place}: ${what}`),
  });
  await dataSource.destroy();
  const byIds = findings.filter(({ code }) => /numeric|openapi/.test(code));
  expect(byIds).toEqual([]);
  const external = 'the identifier of another system';
  expect(declared).toEqual([
    `CustomerView.stripeCustomerId: ${external}`,
    `CustomerView.githubUserId: ${external}`,
    `GET /customers/found ?stripeCustomerId: ${external}`,
    `GET /customers/found stripeCustomerId: ${external}`,
    `POST /customers CreateCustomer.stripeCustomerId: ${external}`,
    `POST /customers CreateCustomer.githubUserId: ${external}`,
    'POST /hooks/stripe StripeEvent: foreign payload: Stripe sends its events',
    `POST /hooks/features GeoFeature: foreign payload: GeoJSON, RFC 7946`,
    `POST /hooks/features id: ${external}`,
  ]);
});
