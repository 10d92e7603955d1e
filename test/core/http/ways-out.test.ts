import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Api, ApiParts } from '../../support/api.js';
import { refusalOf, startApi } from '../../support/api.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { anAuthor, openLibrary } from '../../support/library/library.js';
import { expectSealed, MeddledController, secret, text } from './meddled.controller.js';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
  await anAuthor(library);
});
afterAll(() => library.close());

const parts = (more: Partial<ApiParts> = {}): ApiParts => ({
  url: library.url,
  entities: libraryEntities,
  controllers: [MeddledController],
  ...more,
});
const prepared = (meddle: (fastify: FastifyInstance) => unknown, more: Partial<ApiParts> = {}) =>
  parts({ ...more, prepare: (app) => void meddle(app.getHttpAdapter().getInstance() as never) });

async function using(made: ApiParts, work: (api: Api) => Promise<void>): Promise<void> {
  const api = await startApi(made);
  await work(api).finally(() => api.close());
}

describe('a response is a 500 and shows nothing when it was made by', () => {
  test.each<[string, string, (fastify: FastifyInstance) => unknown]>([
    ['reply.serializer', '/serializer', () => undefined],
    ['setReplySerializer', '/plain', (fastify) => fastify.setReplySerializer(() => text)],
    ['an onSend hook', '/plain', (fastify) => fastify.addHook('onSend', async () => text)],
    [
      'an onSend hook, where there is no route',
      '/nowhere',
      (fastify) => fastify.addHook('onSend', async () => text),
    ],
    [
      'an onSend hook that makes bytes, where there is no route',
      '/nowhere',
      (fastify) => fastify.addHook('onSend', async () => Buffer.from(text)),
    ],
    [
      'an onSend hook that makes a stream, where there is no route',
      '/nowhere',
      (fastify) => fastify.addHook('onSend', async () => Readable.from([text])),
    ],
    [
      'Fastify, after an onSend hook failed twice where there is no route',
      '/nowhere',
      (fastify) =>
        fastify.addHook('onSend', async () => {
          throw new Error(`No author ${secret.authorId}`);
        }),
    ],
    [
      'an onSend hook that a plugin hangs on every route',
      '/plain',
      (fastify) =>
        fastify.addHook('onRoute', (route) => {
          if (Array.isArray(route.onSend)) route.onSend.push(async () => text);
        }),
    ],
    [
      'an onRequest hook that sends a text',
      '/plain',
      (fastify) => fastify.addHook('onRequest', async (_request, reply) => reply.send(text)),
    ],
    [
      'a hijacked reply',
      '/plain',
      (fastify) =>
        fastify.addHook('onRequest', async (_request, reply) => {
          reply.hijack();
          reply.raw.setHeader('x-secret', '7700000000000');
          reply.raw.write(text);
          reply.raw.end('more 7700000000000');
        }),
    ],
    [
      'a hijacked reply with a head',
      '/plain',
      (fastify) =>
        fastify.addHook('preHandler', async (_request, reply) => {
          reply.hijack();
          reply.raw.writeHead(200, { 'content-type': 'application/json' });
          reply.raw.end(text);
        }),
    ],
    [
      'an address without a route',
      '/nowhere',
      (fastify) => fastify.addHook('onRequest', async (_request, reply) => reply.send(secret)),
    ],
  ])('%s', (_what, path, meddle) =>
    using(prepared(meddle), async (api) => expectSealed(await api.get(path))),
  );

  test('middleware', () =>
    using(
      parts({
        prepare: (app) =>
          void app.use((_request: unknown, response: { end(body: string): void }) =>
            response.end(text),
          ),
      }),
      async (api) => expectSealed(await api.get('/plain')),
    ));

  test('a number in a field declared as a UUID', () =>
    using(parts(), async (api) => {
      expectSealed(await api.get('/misread'));
      expectSealed(await api.get('/misread/text'));
    }));
});

test('a hook that responds instead of a handler is held to the route’s schema', () =>
  using(
    prepared((fastify) =>
      fastify.addHook('onRequest', async (_request, reply) =>
        reply.send({ ...secret, name: 'Bo' }),
      ),
    ),
    async (api) => expect((await api.get('/plain')).body).toEqual({ name: 'Bo' }),
  ));

test('a serializer compiler set by the application is not used for checked routes', () =>
  using(
    prepared((fastify) => fastify.setSerializerCompiler(() => () => text)),
    async (api) => expect((await api.get('/plain')).body).toEqual({ name: 'Ada' }),
  ));

describe('what is exempt from the checks', () => {
  const exempt = { '/files': 'files of the test', '/ui/': 'a page' };
  const answering = (fastify: FastifyInstance) => {
    fastify.get('/ui', () => secret);
    fastify.addHook('onRequest', async (request, reply) => {
      if (request.url.startsWith('/files')) {
        reply.hijack();
        reply.raw.end(text);
      }
    });
  };

  test('is identified by its path, and by nothing shorter', () =>
    using(prepared(answering, { options: { exempt } }), async (api) => {
      expect((await api.get('/files/one')).text).toBe(text);
      expect((await api.get('/ui')).body).toEqual(secret);
      expectSealed(await api.get('/filesystem'));
      expect((await api.get('/plain')).body).toEqual({ name: 'Ada' });
    }));

  test('has a reason in words', async () => {
    const refusal = await refusalOf(parts({ options: { exempt: { '/files': ' ' } } }));
    expect(refusal).toContain('/files is exempt without a reason');
  });
});

test('a stream that begins like the checked body ends its connection', () =>
  using(
    prepared((fastify) =>
      fastify.addHook('onSend', async (_request, reply, payload) => {
        void reply.removeHeader('content-length');
        return Readable.from([(payload as string).slice(0, 9), text]);
      }),
    ),
    async (api) => {
      await expect(api.get('/nowhere')).rejects.toMatchObject({ code: 'ECONNRESET' });
    },
  ));

test('middleware may send a checked body in parts', () =>
  using(
    prepared((fastify) =>
      fastify.addHook('onRequest', (_request, { raw }, done) => {
        const { end } = raw;
        raw.end = ((body: string) => {
          raw.write(body.slice(0, 5));
          return end.call(raw, Buffer.from(body.slice(5)), 'utf8');
        }) as typeof end;
        done();
      }),
    ),
    async (api) => expect((await api.get('/plain')).body).toEqual({ name: 'Ada' }),
  ));

test.each(['/plain', '/nowhere'])('a checked body of %s may be compressed', (path) =>
  using(
    prepared((fastify) =>
      fastify.addHook('onSend', async (_request, reply, payload) => {
        void reply.header('content-encoding', 'identity');
        return Buffer.from(payload as string);
      }),
    ),
    async (api) => {
      const { status, body } = await api.get(path);
      if (path === '/plain') expect(body).toEqual({ name: 'Ada' });
      else expect([status, body['code']]).toEqual([404, 'route_not_found']);
    },
  ),
);
