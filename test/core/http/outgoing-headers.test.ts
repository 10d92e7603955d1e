import { Controller, Get, Redirect } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ReturnsNothing } from 'nest-dual-id';
import type { Api, ApiParts } from '../../support/api.js';
import { refusalOf, startApi } from '../../support/api.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { anAuthor, openLibrary } from '../../support/library/library.js';
import { expectSealed, MeddledController } from './meddled.controller.js';

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
async function using(made: ApiParts, work: (api: Api) => Promise<void>): Promise<void> {
  const api = await startApi(made);
  await work(api).finally(() => api.close());
}

describe('a header', () => {
  test.each([
    ['x-author-id', '7700000000000'],
    ['location', '/authors/7700000000000'],
    ['content-location', '/authors?authorId=7700000000000'],
    ['link', '</authors/7700000000000/books>; rel="next"'],
    ['set-cookie', 'userId=7700000000000; Path=/'],
    ['set-cookie', 'userId="7700000000000"'],
    ['set-cookie', 'theme=dark; Path=/authors/7700000000000; HttpOnly'],
    ['location', 'http://[/authors/7700000000000'],
    ['set-cookie', 'userId=%207700000000000'],
    ['set-cookie', 'userId=7700000000000.c2lnbmF0dXJl; HttpOnly'],
    ['set-cookie', 'userId=s%3A7700000000000.c2lnbmF0dXJl'],
    ['set-cookie', 'userIds=7700000000001,7700000000000'],
    ['etag-id', '"7700000000000"'],
    ['x-author-id', '7700000000001, 7700000000000'],
    ['x-author-ids', '7700000000001,7700000000000'],
    ['x-pk', '7700000000000'],
    ['x-uid', '7700000000000'],
    ['location', 'http://127.0.0.1:81/authors/7700000000000'],
    ['refresh', '0;url=/authors/7700000000000'],
    ['refresh', '5; URL="/authors/7700000000000"'],
    ['refresh', "0,'/authors/7700000000000'"],
  ])('%s: %s blocks its response', (header, value) =>
    using(parts(), async (api) =>
      expectSealed(await api.get(`/header/${header}/${encodeURIComponent(value)}`)),
    ),
  );

  test.each([
    ['x-request-id', '7700000000000'],
    ['x-author-id', '0f0e8a0e-3d1f-4f4e-9c7b-2f7d5c1c9a10'],
    ['link', '</authors?after=abc&limit=20>; rel="next"'],
    ['set-cookie', 'session=7700000000000'],
    ['set-cookie', 'userId=0f0e8a0e-3d1f-4f4e-9c7b-2f7d5c1c9a10.c2ln; Max-Age=7700000000000'],
    ['set-cookie', 'userId=%E0%A4%A'],
    ['x-request-ids', '7700000000000, 7'],
    ['refresh', '7700000000000; url=/authors'],
    ['x-total', '42'],
  ])('%s: %s is sent', (header, value) =>
    using(parts(), async (api) => {
      const answer = await api.get(`/header/${header}/${encodeURIComponent(value)}`);
      expect(answer.status).toBe(200);
      expect([answer.headers[header]].flat()).toEqual([value]);
    }),
  );

  test.each(['', '[', 'a b', 'x:99999', '%', 'x/y', '<'])(
    'is checked although the client names the host %j',
    (host) =>
      using(parts(), async (api) => {
        const path = `/header/location/${encodeURIComponent('/authors?authorId=7700000000000')}`;
        expectSealed(await api.ask('GET', path, { headers: { host } }));
      }),
  );

  test('of a redirect may contain numbers only for another host', () =>
    using(parts(), async (api) => {
      expectSealed(await api.get('/redirected'));
      const { status, headers } = await api.get('/elsewhere');
      expect([status, headers.location]).toEqual([302, 'https://example.org/items/42']);
    }));

  test('of a fixed redirect is checked at boot', async () => {
    @Controller('things')
    class Fixed {
      @Get()
      @Redirect('/authors/7')
      @ReturnsNothing()
      go() {}
    }
    expect(await refusalOf(parts({ controllers: [Fixed] }))).toContain(
      'GET /things redirects to /authors/7, which has a number',
    );
  });
});
