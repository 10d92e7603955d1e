import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, ConflictException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { exemptKey } from 'nest-dual-id';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { HttpResponse } from '../../support/http-client.js';
import { libraryControllers } from '../../support/library/library.controllers.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { aBook, anAuthor, openLibrary } from '../../support/library/library.js';
import { rawConnection } from '../../support/raw-request.js';
import { KindsController } from './answer-headers.controller.js';

@Catch(ConflictException)
class OwnFilter implements ExceptionFilter {
  catch(_exception: unknown, host: ArgumentsHost): void {
    void host.switchToHttp().getResponse<FastifyReply>().code(409).send();
  }
}

let library: Library;
let book: string;
const apis: Api[] = [];
const serve = async (prepare: Parameters<typeof startApi>[0]['prepare']): Promise<Api> => {
  const controllers = [...libraryControllers, KindsController];
  const parts = { url: library.url, entities: libraryEntities, controllers };
  const api = await startApi({ ...parts, ...(prepare && { prepare }) });
  apis.push(api);
  return api;
};
let api: Api;
let prefixed: Api;
beforeAll(async () => {
  library = await openLibrary();
  book = `/books/${(await aBook(library, (await anAuthor(library)).uuid)).uuid}`;
  api = await serve((app) => {
    const config = { [exemptKey]: 'a plain route' };
    app
      .getHttpAdapter()
      .getInstance()
      .get('/plain', { config }, () => 'plain');
  });
  prefixed = await serve((app) => {
    app.setGlobalPrefix('api');
    app.useGlobalFilters(new OwnFilter());
  });
});
afterAll(async () => {
  for (const one of apis) await one.close();
  await library.close();
});

const headersOf = ({ headers }: HttpResponse) => [
  headers['x-content-type-options'],
  headers['cache-control'],
];

describe('a response', () => {
  test.each([
    ['GET', () => book],
    ['HEAD', () => book],
  ])(
    'to %s with an ETag may be cached by its client, which must revalidate each time',
    async (method, path) => {
      const answer = await api.ask(method, path());
      expect(answer.headers.etag).toBeDefined();
      expect(headersOf(answer)).toEqual(['nosniff', 'private, no-cache']);
      expect(headersOf(await prefixed.ask(method, `/api${path()}`))).toEqual(headersOf(answer));
    },
  );

  test.each([
    ['to a change, ETag or not,', 'PATCH', () => book, { title: 'Changed' }],
    ['of a page', 'GET', () => '/books', undefined],
    ['of a view without a version', 'GET', () => '/authors?limit=1', undefined],
    ['of a schema', 'GET', () => '/kinds/schema', undefined],
    ['of nothing', 'POST', () => '/kinds/nothing', undefined],
    ['that is a text', 'GET', () => '/kinds/text', undefined],
    ['that is a stream', 'GET', () => '/kinds/stream', undefined],
  ])('%s is not cached anywhere', async (_what, method, path, body) => {
    const sent = body === undefined ? {} : { body };
    const answer = await api.ask(method, path(), sent);
    expect(answer.status).toBeLessThan(300);
    expect(headersOf(answer)).toEqual(['nosniff', 'no-store']);
  });

  test.each(['/kinds/kept', '/kinds/set'])(
    'of %s is cached as the route itself declares',
    async (path) => {
      const answer = await api.get(path);
      expect(headersOf(answer)).toEqual(['nosniff', 'public, max-age=3600']);
    },
  );

  test('of an exempt route is the application’s own', async () => {
    const answer = await api.get('/plain');
    expect([answer.text, ...headersOf(answer)]).toEqual(['plain', undefined, undefined]);
  });
});

describe('an error', () => {
  test.each([
    ['of a handler whose successes may be kept', '/kinds/broken', 409],
    ['that a handler sends by itself', '/kinds/wrong', 404],
    ['of an address that leads nowhere', '/nowhere', 404],
    ['of a malformed public id', '/books/7', 400],
    ['of a public id that nobody has', '/books/0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e', 404],
    ['of an address that no router reads', '/%E0%A4%A', 400],
  ])('%s is not cached anywhere', async (_what, path, status) => {
    const answer = await api.get(path);
    expect([answer.status, ...headersOf(answer)]).toEqual([status, 'nosniff', 'no-store']);
  });

  test('of a filter of the application is not cached anywhere', async () => {
    const answer = await prefixed.get('/api/kinds/broken');
    expect([answer.status, answer.text]).toEqual([409, '']);
    expect(headersOf(answer)).toEqual(['nosniff', 'no-store']);
  });

  test('about an invalid body is not cached anywhere', async () => {
    const answer = await api.ask('POST', '/books', { body: { id: 7 } });
    expect([answer.status, ...headersOf(answer)]).toEqual([400, 'nosniff', 'no-store']);
  });

  test('about bytes that are not HTTP is not cached anywhere', async () => {
    const url = await api.app.getUrl();
    const { ended } = await rawConnection(url, 'GET / HTTP/9\r\n\r\n');
    const text = await ended;
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('\r\nX-Content-Type-Options: nosniff\r\n');
    expect(text).toContain('\r\nCache-Control: no-store\r\n');
  });
});
