import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Bind, PlainParam, Returns, ReturnsSchema } from 'nest-dual-id';
import type { Api } from '../../support/api.js';
import { routeRefusal, startApi } from '../../support/api.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { anAuthor, openLibrary } from '../../support/library/library.js';
import { AuthorView } from '../../support/library/library.views.js';
import { expectSealed, text } from './meddled.controller.js';

const named = { type: 'object', properties: { name: { type: 'string' } } } as const;

@Controller()
class PassingController {
  @Get('headers/:name/:value')
  @ReturnsSchema(named)
  header(
    @PlainParam('name') name: string,
    @PlainParam('value') value: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header(name, decodeURIComponent(value));
    return { name: 'Ada' };
  }

  @Get('authors/:authorUuid')
  @Returns(AuthorView)
  author(
    @Bind('authorUuid', AuthorView) author: AuthorView,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): AuthorView {
    void reply.header('Set-Cookie', ['theme=dark; Path=/', 'session=0f0e8a0e; HttpOnly']);
    void reply.header('Cache-Control', 'private, max-age=60');
    return author;
  }

  @Get('written/:how')
  @ReturnsSchema(named)
  written(@PlainParam('how') how: string, @Res({ passthrough: true }) reply: FastifyReply) {
    if (how === 'text') void reply.send(text);
    if (how === 'raw') reply.raw.end(text);
    if (how === 'serializer') void reply.serializer(() => text);
    if (how === 'object') void reply.send({ name: 'Ada', authorId: '7700000000000' });
    return { name: 'Ada' };
  }
}

let library: Library;
let api: Api;
beforeAll(async () => {
  library = await openLibrary();
  const { url } = library;
  api = await startApi({ url, entities: libraryEntities, controllers: [PassingController] });
});
afterAll(async () => {
  await api.close();
  await library.close();
});

describe('a handler that takes the response with passthrough', () => {
  test('sets cookies and headers with its view, its ETag and its 304', async () => {
    const { uuid } = await anAuthor(library);
    const { status, headers, body } = await api.get(`/authors/${uuid}`);
    expect([status, body.uuid]).toEqual([200, uuid]);
    expect(headers['set-cookie']).toHaveLength(2);
    expect(headers['cache-control']).toBe('private, max-age=60');
    const known = { headers: { 'if-none-match': headers.etag! } };
    const again = await api.ask('GET', `/authors/${uuid}`, known);
    expect([again.status, again.headers['set-cookie']?.length]).toEqual([304, 2]);
  });

  test.each([
    ['x-author-id', '7700000000000'],
    ['set-cookie', 'userId=7700000000000; Path=/'],
    ['location', '/authors/7700000000000'],
  ])('sends no internal id in %s: %s', async (name, value) => {
    expectSealed(await api.get(`/headers/${name}/${encodeURIComponent(value)}`));
  });

  test.each(['text', 'raw', 'serializer'])('sends nothing unchecked by %s', async (how) => {
    expectSealed(await api.get(`/written/${how}`));
  });

  test('sends no more than its schema on its own either', async () => {
    const { status, text: sent } = await api.get('/written/object');
    expect([status, sent]).toEqual([200, '{"name":"Ada"}']);
  });
});

test('a handler that takes the response for itself gets an error naming the alternative', async () => {
  class Own {
    @Get()
    @ReturnsSchema(named)
    own(@Res() _reply: FastifyReply) {}
  }
  const { url } = library;
  expect(await routeRefusal({ url, entities: libraryEntities }, Own)).toContain(
    'GET /things writes the response itself with @Res, which no schema checks. Take @Res({ passthrough: true }) for headers and cookies',
  );
});
