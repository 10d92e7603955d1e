import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { LogController } from 'fastify';
import {
  Bind,
  DualIdFastifyAdapter,
  openApiOf,
  PlainParam,
  PublicIdGuard,
  Public,
  Returns,
  ReturnsSchema,
} from 'nest-dual-id';
import { AcceptsLegacyIds } from 'nest-dual-id/legacy-ids';
import type { LegacyIdsOptions } from 'nest-dual-id/legacy-ids';
import { refusalOf } from '../../support/api.js';
import { Country } from '../../support/guarded-entities.js';
import { Order, OrderView, Product } from './depot.entities.js';
import { declaredExceptions } from './declared.js';
import type { Depot } from './depot.js';
import { openDepot } from './depot.js';

let depot: Depot;
beforeAll(async () => {
  depot = await openDepot();
});
afterAll(() => depot.stop());

const refused = async (legacy: Partial<LegacyIdsOptions>) => {
  try {
    return await refusalOf(depot.parts({ legacy, controllers: [] }));
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the module refuses', () => {
  test.each<[string, Partial<LegacyIdsOptions>, string]>([
    ['a day without a time', { until: '2099-12-31' }, 'until of LegacyIdsModule is 2099-12-31.'],
    ['no date', { until: 'soon' }, 'until of LegacyIdsModule is soon.'],
    ['fractions of seconds', { until: new Date(4_000_000_000_500) }, 'until of LegacyIdsModule is'],
    [
      'an end before the beginning',
      { until: '2026-01-31T09:30:00Z' },
      'not later than deprecatedAt',
    ],
    ['a page that is no address', { docs: 'the wiki' }, 'docs of LegacyIdsModule is the wiki.'],
    ['a page that ends a header', { docs: 'https://x.example/a>b' }, 'docs of LegacyIdsModule is'],
    ['a page with a number', { docs: 'https://x.example/wiki/77' }, 'without a number'],
    ['no entity', { entities: {} }, 'names none'],
    ['an entity of another data source', { entities: { x: Country } }, 'without a public id'],
    ['a UUID key without a column', { entities: { products: Product } }, 'whose key is a UUID'],
    [
      'a column that is not there',
      { entities: { x: { entity: Product, column: 'nr' } } },
      'has no column "products".nr',
    ],
    ['a column of text', { entities: { x: { entity: Product, column: 'name' } } }, 'which is text'],
    [
      'a column that is not unique',
      { entities: { x: { entity: Order, column: 'version' } } },
      'has no unique index',
    ],
    ['an odd highest number', { entities: { x: { entity: Order, upTo: '1e3' } } }, 'up to 1e3'],
    [
      'too many numbers at once',
      { exchange: { api: { permission: 'a:b' }, maxNumbers: 5_000 } },
      'from 1 to 1000',
    ],
    [
      'rights behind guards',
      { exchange: { api: { guards: [PublicIdGuard] }, allRowsPermission: 'a:b' } },
      'allRowsPermission',
    ],
    ['an exchange for everyone', { exchange: {} as never }, 'does not say who may call its routes'],
  ])('%s', async (_what, legacy, message) => {
    expect(await refused(legacy)).toContain(message);
  });

  test('a role that may not read the column', async () => {
    await depot.sql('REVOKE SELECT ON clients FROM test_application');
    expect(await refused({})).toContain('may not read "clients".id');
    await depot.sql('GRANT SELECT ON clients TO test_application');
    expect(await refused({})).toBe('It boots.');
  });

  test('a log of Fastify that would keep the numbers', async () => {
    const noisy = new DualIdFastifyAdapter({ logger: { level: 'silent' } });
    expect(await refusalOf(depot.parts({ adapter: noisy }))).toContain('disableRequestLogging');
    const logController = new LogController({ disableRequestLogging: true });
    const quiet = new DualIdFastifyAdapter({ logger: { level: 'silent' }, logController } as never);
    expect(await refusalOf(depot.parts({ adapter: quiet }))).toBe('It boots.');
  });
});

describe('a route refuses to boot', () => {
  const text = { type: 'object', properties: { text: { type: 'string' } } } as const;

  @Controller('plain')
  class NoEntityController {
    @AcceptsLegacyIds()
    @Get(':year')
    @Public()
    @ReturnsSchema({ ...text, required: ['text'] })
    show(@PlainParam('year') year: string) {
      return { text: year };
    }
  }

  @Controller('late')
  class LateController {
    @AcceptsLegacyIds({ until: '2100-01-01T00:00:00Z' })
    @Get(':orderUuid')
    @Public()
    @Returns(OrderView)
    show(@Bind('orderUuid', OrderView) order: OrderView): OrderView {
      return order;
    }
  }

  test.each([
    ['whose path names no entity of the module', NoEntityController, 'names no entity'],
    ['whose window is longer than that of the module', LateController, 'is later than'],
  ])('%s', async (_what, controller, message) => {
    expect(await refusalOf(depot.parts({ controllers: [controller] }))).toContain(message);
  });

  test('without the module', async () => {
    const { imports = [], ...parts } = depot.parts({ controllers: [LateController] });
    const [badges] = imports;
    expect(await refusalOf({ ...parts, imports: [badges!] })).toContain(
      'GET /late/:orderUuid is @AcceptsLegacyIds(), and nothing translates for it. Import LegacyIdsModule.forRoot in the application module.',
    );
  });
});

describe('the API description', () => {
  test('says which parameters accept old numbers until when, and which headers tell', async () => {
    const { app } = await depot.start();
    const document = (await openApiOf(app, { title: 'Depot', version: '1' })) as any;
    const { parameters, responses } = document.paths['/orders/{orderUuid}'].get;
    expect(parameters[0].schema).toEqual({
      anyOf: [
        { type: 'string', format: 'uuid' },
        {
          type: 'string',
          pattern: '^[1-9][0-9]{0,18}$',
          deprecated: true,
          description: 'An old numeric id, accepted until 2099-12-31T23:00:00Z.',
        },
      ],
    });
    expect(Object.keys(responses['200'].headers)).toEqual([
      'ETag',
      'Deprecation',
      'Sunset',
      'Link',
    ]);
    const strict = document.paths['/strict/orders/{orderUuid}'].get;
    expect(strict.parameters[0].schema).toEqual({ type: 'string', format: 'uuid' });
    expect(strict.responses['200'].headers).not.toHaveProperty('Sunset');
    const { description, requestBody } = document.paths['/legacy-ids/exchange'].post;
    expect(description).toContain('Until 2099-12-31T23:00:00Z');
    expect(JSON.stringify(requestBody)).toContain('LegacyNumberList');
  });
});

test('the doctor lists every route that takes numbers, as declared', async () => {
  const { app } = await depot.start();
  const declared = await declaredExceptions(depot, app);
  const end = 'until 2099-12-31T23:00:00Z';
  expect(declared).toEqual(
    expect.arrayContaining([
      `GET /orders/:orderUuid: accepts old numeric ids in :orderUuid (Order) ${end}`,
      `GET /clients/:clientUuid/orders/:orderUuid: accepts old numeric ids in :clientUuid (Client), :orderUuid (Order) ${end}`,
      `POST /legacy-ids/exchange: exchanges old numeric ids of clients, orders, parcels, products ${end}`,
    ]),
  );
  expect(declared.join('\n')).not.toContain('/strict/');
});
