import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Delete, Get, Head, Patch, Post, VersioningType } from '@nestjs/common';
import { PublicIdParam, Returns, ReturnsNothing } from 'nest-dual-id';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import { Author, libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { anAuthor, openLibrary } from '../../support/library/library.js';
import { AuthorView } from '../../support/library/library.views.js';

let author: object;

@Controller({ path: 'authors', version: '1' })
class AuthorsController {
  @Get('search')
  @ReturnsNothing()
  search(): void {}

  @Get(':authorUuid')
  @Returns(AuthorView)
  get(@PublicIdParam('authorUuid', Author) _uuid: string) {
    return author;
  }

  @Patch(':authorUuid')
  @ReturnsNothing()
  change(@PublicIdParam('authorUuid', Author) _uuid: string): void {}

  @Delete(':writerUuid')
  @ReturnsNothing()
  remove(@PublicIdParam('writerUuid', Author) _uuid: string): void {}

  @Post()
  @Returns(AuthorView, { location: '/authors/:uuid' })
  create() {
    return author;
  }

  @Post('elsewhere')
  @Returns(AuthorView, { location: '/people/:uuid' })
  elsewhere() {
    return author;
  }
}

@Controller('pings')
class PingsController {
  @Head()
  @ReturnsNothing()
  ping(): void {}
}

let library: Library;
let api: Api;
const uuid = '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e';
const parts = () => ({
  url: library.url,
  entities: libraryEntities,
  controllers: [AuthorsController, PingsController],
});
beforeAll(async () => {
  library = await openLibrary();
  author = await anAuthor(library);
  api = await startApi(parts());
});
afterAll(async () => {
  await api.close();
  await library.close();
});

describe('a path with another method', () => {
  test.each([
    ['PUT', `/authors/${uuid}`, 'DELETE, GET, HEAD, OPTIONS, PATCH'],
    ['POST', `/authors/${uuid}`, 'DELETE, GET, HEAD, OPTIONS, PATCH'],
    ['POST', '/authors/42?x=1', 'DELETE, GET, HEAD, OPTIONS, PATCH'],
    ['GET', '/authors', 'OPTIONS, POST'],
    ['HEAD', '/authors', 'OPTIONS, POST'],
    ['PROPFIND', '/authors', 'OPTIONS, POST'],
    ['TRACE', '/authors', 'OPTIONS, POST'],
    ['GET', '/pings', 'HEAD, OPTIONS'],
  ])('%s %s is 405 and lists the others', async (method, path, allow) => {
    const { status, headers, text } = await api.ask(method, path);
    expect([status, headers.allow]).toEqual([405, allow]);
    if (method !== 'HEAD') expect(JSON.parse(text)).toMatchObject({ code: 'method_not_allowed' });
  });

  test('responds to OPTIONS with its methods and no body', async () => {
    const { status, headers, text } = await api.ask('OPTIONS', `/authors/${uuid}`);
    expect([status, text]).toEqual([204, '']);
    expect(headers.allow).toBe('DELETE, GET, HEAD, OPTIONS, PATCH');
  });

  test.each([
    ['GET', '/nowhere'],
    ['OPTIONS', '/nowhere'],
    ['PUT', '/authors/a/b'],
    ['PUT', '/authors//'],
    ['PUT', '/Authors'],
  ])('that does not exist stays 404: %s %s', async (method, path) => {
    const { status, body } = await api.ask(method, path);
    expect([status, body.code]).toEqual([404, 'route_not_found']);
  });

  test.each([
    ['broken JSON', '{"broken', {}],
    ['a form', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['two megabytes', 'x'.repeat(2_000_000), {}],
  ])('is 405 whatever its body is: %s', async (_what, body, headers) => {
    const answer = await api.ask('PUT', `/authors/${uuid}`, { body, headers });
    expect([answer.status, answer.body.code]).toEqual([405, 'method_not_allowed']);
  });

  test('is the same with preflights, a prefix and versions', async () => {
    const other = await startApi({
      ...parts(),
      prepare: (app) => {
        app.enableCors();
        app.setGlobalPrefix('api');
        app.enableVersioning({ type: VersioningType.HEADER, header: 'X-Version' });
      },
    });
    const put = await other.ask('PUT', '/api/authors', { headers: { 'x-version': '1' } });
    expect([put.status, put.headers.allow]).toEqual([405, 'OPTIONS, POST']);
    expect((await other.ask('PUT', '/authors')).status).toBe(404);
    const from = { origin: 'https://a.example' };
    for (const headers of [{}, from, { 'access-control-request-method': 'POST' }]) {
      const plain = await other.ask('OPTIONS', '/api/authors', { headers });
      expect([plain.status, plain.headers.allow]).toEqual([204, 'OPTIONS, POST']);
      expect(plain.headers['access-control-allow-origin']).toBe('*');
      expect((await other.ask('OPTIONS', '/nowhere', { headers })).body.code).toBe(
        'route_not_found',
      );
    }
    const asking = { ...from, 'access-control-request-method': 'POST' };
    const preflight = await other.ask('OPTIONS', '/api/authors', { headers: asking });
    expect(preflight.headers).toMatchObject({ 'access-control-allow-methods': 'GET,HEAD,POST' });
    const unversioned = await other.ask('POST', '/api/authors', { headers: { 'x-version': '9' } });
    expect(unversioned.status).toBe(404);
    await other.close();
  });
});

describe('Location', () => {
  test.each<[string, (app: Api['app']) => void, string]>([
    ['no prefix', () => undefined, ''],
    ['a global prefix', (app) => app.setGlobalPrefix('api'), '/api'],
    ['a version', (app) => app.enableVersioning(), '/v1'],
    ['both', (app) => app.setGlobalPrefix('api').enableVersioning(), '/api/v1'],
  ])('leads to the route that reads it under %s', async (_what, prepare, prefix) => {
    const other = await startApi({ ...parts(), prepare });
    const { headers, body } = await other.ask('POST', `${prefix}/authors`);
    expect(headers.location).toBe(`${prefix}/authors/${String(body.uuid)}`);
    expect((await other.get(headers.location!)).body).toEqual(body);
    await other.close();
  });

  test('stays as declared if no route reads it', async () => {
    const { headers, body } = await api.ask('POST', '/authors/elsewhere');
    expect(headers.location).toBe(`/people/${String(body.uuid)}`);
  });
});
