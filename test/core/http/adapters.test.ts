import { Controller, Get } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Database, exemptKey, Returns } from 'nest-dual-id';
import { RouteChecks } from '../../../src/core/http/route-checks.js';
import type { Api } from '../../support/api.js';
import { moduleOf, refusalOf, startApi } from '../../support/api.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { anAuthor, openLibrary } from '../../support/library/library.js';
import { AuthorView } from '../../support/library/library.views.js';

@Controller('people')
class TwoRoutes {
  @Get('first')
  @Returns(AuthorView)
  first() {}

  @Get('second')
  @Returns(AuthorView)
  second() {}
}

@Controller('authors')
class OneRoute {
  @Get()
  @Returns(AuthorView)
  get() {}
}

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
  await anAuthor(library);
});
afterAll(() => library.close());

const parts = () => ({ url: library.url, entities: libraryEntities, controllers: [OneRoute] });

describe('an application', () => {
  test('without HTTP, such as a command, has the database and no routes', async () => {
    const context = await NestFactory.createApplicationContext(moduleOf(parts()), {
      logger: false,
      abortOnError: false,
    });
    expect(context.get(Database).inTransaction).toBe(false);
    expect(context.get(RouteChecks).routes).toEqual([]);
    await context.close();
  });

  test('may respond to preflights', async () => {
    const api = await startApi({ ...parts(), prepare: (app) => app.enableCors() });
    const headers = { origin: 'http://a.example', 'access-control-request-method': 'GET' };
    expect((await api.ask('OPTIONS', '/authors', { headers })).status).toBe(204);
    await api.close();
  });

  test('creates one serializer per schema, whatever routes and statuses use it', async () => {
    const serializers = new Map<string, unknown>();
    const api = await startApi({
      ...parts(),
      controllers: [OneRoute, TwoRoutes],
      prepare: (app) =>
        void app
          .getHttpAdapter()
          .getInstance()
          .addHook('onSend', async ({ url }: FastifyRequest, reply: FastifyReply) => {
            for (const status of ['2xx', '3xx', '4xx', '5xx'])
              serializers.set(`${url} ${status}`, reply.getSerializationFunction(status));
          }),
    });
    for (const path of ['/people/first', '/people/second', '/authors']) await api.get(path);
    await api.close();
    expect(serializers.size).toBe(12);
    expect(new Set(serializers.values()).size).toBe(2);
  });

  test('may have a plain Fastify route only with a reason', async () => {
    const plain = (reason: unknown) => ({
      ...parts(),
      prepare: (app: Api['app']) =>
        void app
          .getHttpAdapter()
          .getInstance()
          .get('/plain', { config: { [exemptKey]: reason } as object }, () => ({ id: '1' })),
    });
    for (const reason of [undefined, '', ' ', true]) {
      const refusal = await refusalOf(plain(reason));
      expect(refusal).toContain('GET /plain declares no response');
      expect(refusal).toContain("DualIdModule.forRoot({ exempt: { '/plain': '<reason>' } })");
    }
    const api = await startApi(plain('The test wants it.'));
    expect((await api.get('/plain')).text).toBe('{"id":"1"}');
    await api.close();
  });

  test('may use a prefix', async () => {
    const api = await startApi({ ...parts(), prepare: (app) => app.setGlobalPrefix('api/v1') });
    expect(api.app.get(RouteChecks).routes.map(({ url }) => url)).toEqual(['/api/v1/authors']);
    await api.close();
  });
});
