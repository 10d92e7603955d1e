import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Body, Controller, Get, Post } from '@nestjs/common';
import { IsString } from 'class-validator';
import { openApiOf, Public, PublicIdQuery, Repositories } from 'nest-dual-id';
import { ReturnsSchema } from 'nest-dual-id';
import { AcceptsLegacyIds } from 'nest-dual-id/legacy-ids';
import { expectNoInternalIds } from 'nest-dual-id/testing';
import { badges } from '../../examples/badges.js';
import { refusalOf } from '../../support/api.js';
import { urlAs } from '../../support/roles.js';
import { BenchController, got } from './bench.controller.js';
import { Client, ClientView, Order, OrderView } from './depot.entities.js';
import { declaredExceptions } from './declared.js';
import type { Depot, DepotApi } from './depot.js';
import { openDepot, staffUuid } from './depot.js';

let depot: Depot;
let api: DepotApi;
beforeAll(async () => {
  depot = await openDepot();
  api = await depot.start({ controllers: [BenchController], url: urlAs('owner', depot.url) });
});
afterAll(() => depot.stop());

class Note {
  @IsString() text!: string;
}

@Controller('odd')
class QueryController {
  @AcceptsLegacyIds({ query: ['clientUuid'] })
  @Get()
  @Public()
  @ReturnsSchema(got)
  show(@PublicIdQuery('orderUuid', Order) uuid: string) {
    return { text: uuid };
  }
}

@Controller('odd')
class BodyController {
  @AcceptsLegacyIds({ body: ['text'] })
  @Post()
  @Public()
  @ReturnsSchema(got)
  add(@Body() { text }: Note) {
    return { text };
  }
}

test.each([
  ['a parameter', QueryController, 'GET /odd names clientUuid in the query, which takes no'],
  ['a property', BodyController, 'POST /odd names text in the body, which takes no public id'],
])('a route that names %s without a public id refuses to boot', async (_what, one, message) => {
  expect(await refusalOf(depot.parts({ controllers: [one] }))).toContain(message);
});

test('a route that names a public id of no entity of the module refuses to boot', async () => {
  const legacy = { entities: { clients: Client } };
  const refusal = await refusalOf(depot.parts({ controllers: [BenchController], legacy }));
  expect(refusal).toContain('which takes no public id of an entity of LegacyIdsModule');
});

describe('the API description', () => {
  const old = {
    pattern: '^[1-9][0-9]{0,18}$',
    deprecated: true,
    description: 'An old numeric id, accepted until 2099-12-31T23:00:00Z.',
  };
  const uuid = { type: 'string', format: 'uuid' };

  test('says which parameters and properties accept numbers, on that route alone', async () => {
    const { paths } = (await openApiOf(api.app, { title: 'Depot', version: '1' })) as any;
    const filterOf = (path: string) =>
      paths[path].get.parameters.find(({ name }: any) => name === 'clientUuid').schema;
    expect(filterOf('/bench/orders')).toEqual({ anyOf: [uuid, { ...old, type: 'string' }] });
    expect(filterOf('/bench/strict')).toEqual(uuid);
    const bodyOf = (path: string) =>
      paths[path].post.requestBody.content['application/json'].schema;
    const accepted = { anyOf: [uuid, { ...old, type: ['string', 'integer'] }] };
    expect(bodyOf('/bench/parcels').properties.orderUuid).toEqual(accepted);
    expect(bodyOf('/bench/strict/parcels')).toEqual({ $ref: '#/components/schemas/NewParcel' });
    const { first, lines, orderUuids } = bodyOf('/bench/batches').properties;
    expect(first.properties.productUuid).toEqual(accepted);
    expect(lines.items.properties.productUuid).toEqual(accepted);
    expect(orderUuids.items).toEqual(accepted);
  });
});

test('the doctor lists them', async () => {
  const { app } = await depot.start({ controllers: [BenchController] });
  const declared = await declaredExceptions(depot, app);
  const end = 'until 2099-12-31T23:00:00Z';
  expect(declared).toEqual(
    expect.arrayContaining([
      `GET /bench/orders: accepts old numeric ids in ?clientUuid (Client) ${end}`,
      `POST /bench/batches: accepts old numeric ids in body.first.productUuid (Product), body.lines.productUuid (Product), body.orderUuids (Order) ${end}`,
    ]),
  );
  expect(declared.join('\n')).not.toContain('/strict');
});

const echoes = 'says what it was sent, and reads nothing';

test('no number leaves by these routes, and none in another form gets in', async () => {
  badges.set('crawler', () => ({ principalUuid: staffUuid, scopes: undefined }));
  const seed = async (app: NestFastifyApplication) => {
    const repositories = app.get(Repositories);
    const { uuid: clientUuid } = await repositories.of(Client).create(ClientView, { name: 'Eve' });
    for (const label of ['one', 'two', 'three', 'four']) {
      await repositories.of(Order).create(OrderView, { label, clientUuid });
    }
  };
  const report = await expectNoInternalIds(api.app, {
    seed,
    headers: { authorization: 'Bearer crawler' },
    skip: {
      'GET /bench/product unknown-query': echoes,
      'GET /bench/find unknown-query': echoes,
      'GET /bench/clients/{clientUuid}': echoes,
      'POST /bench/batches unknown-body': echoes,
      'POST /bench/forms': 'takes a form, which is not sent here',
    },
  });
  const probed = (key: string) => [...report.routes.find(({ route }) => route === key)!.probes];
  expect(probed('GET /bench/orders')).toContain('numeric-query');
  expect(probed('POST /bench/parcels')).toContain('numeric-body');
});
