import { Body, Controller, Get, Module, Param, Post, Query, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DualIdFastifyAdapter, PublicIdGuard, ReturnsSchema } from 'nest-dual-id';
import { startApi } from '../../support/api.js';
import { clientOf } from '../../support/http-client.js';
import { freshDatabase } from '../../support/database.js';

/** A controller of an application without the library's module. */
@Controller('things')
@UseGuards(PublicIdGuard)
class GuardedController {
  @Get(':thingUuid')
  get(@Param('thingUuid') thingUuid: string, @Query() query: object) {
    return { thingUuid, query };
  }

  @Get('by-number/:id')
  byNumber(@Param('id') id: string) {
    return { id };
  }

  @Post()
  create(@Body() body: object) {
    return { body };
  }
}

@Controller('bodiless')
@UseGuards(PublicIdGuard)
class BodilessController {
  @Post()
  @ReturnsSchema({ type: 'object', properties: {} })
  act() {}
}

@Module({ controllers: [GuardedController] })
class GuardedModule {}

let app: NestFastifyApplication;
let ask: ReturnType<typeof clientOf>;
beforeAll(async () => {
  app = await NestFactory.create(GuardedModule, new DualIdFastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  ask = clientOf(app);
});
afterAll(() => app.close());

const nil = '00000000-0000-0000-0000-000000000000';
const uuid = '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e';

describe('the checks as a guard', () => {
  test('let public ids and everything that only resembles an id pass', async () => {
    expect((await ask('GET', `/things/${uuid.toUpperCase()}?q=365&paid=1`)).status).toBe(200);
    expect(
      (await ask('POST', '/things', { body: { quantity: 5, postalCode: '12345' } })).status,
    ).toBe(201);
  });

  test.each<[string, string, object, object?]>([
    ['GET /things/42', 'malformed_public_id', { parameter: 'thingUuid' }],
    [`GET /things/${uuid}x`, 'malformed_public_id', { parameter: 'thingUuid' }],
    [`GET /things/${nil}`, 'malformed_public_id', { parameter: 'thingUuid' }],
    [`GET /things/${uuid}?userId=1`, 'internal_id_refused', { parameter: 'userId' }],
    ['GET /things/by-number/7', 'internal_id_refused', { parameter: 'id' }],
    ['POST /things', 'internal_id_refused', { pointer: '/a/0/user_id' }, { a: [{ user_id: 1 }] }],
  ])('refuse %s as %s', async (request, code, place, sent?: object) => {
    const [method = '', path = ''] = request.split(' ');
    const { status, body } = await ask(method, path, sent ? { body: sent } : {});
    expect([status, body.code]).toEqual([400, code]);
    expect(body.errors).toEqual([expect.objectContaining(place)]);
  });

  test('are problems of the library when its module is loaded', async () => {
    const { url, drop } = await freshDatabase();
    const api = await startApi({ url, entities: [], controllers: [BodilessController] });
    const { headers, body } = await api.ask('POST', '/bodiless', { body: { id: 1 } });
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body.code).toBe('internal_id_refused');
    await api.close();
    await drop();
  });
});
