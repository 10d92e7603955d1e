import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Bind, exemptKey, Returns, ReturnsSchema } from 'nest-dual-id';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { anAuthor, openLibrary } from '../../support/library/library.js';
import { AuthorView } from '../../support/library/library.views.js';
import { expectSealed, secret } from './meddled.controller.js';

@Controller('authors')
class AuthorsController {
  @Get('written')
  @ReturnsSchema({ type: 'object', properties: {} })
  written(@Res({ passthrough: true }) reply: FastifyReply) {
    reply.raw.end(JSON.stringify(secret));
    return {};
  }

  @Get('text')
  @ReturnsSchema({ type: 'object', properties: {} })
  text(): unknown {
    return JSON.stringify(secret);
  }

  @Get(':authorUuid')
  @Returns(AuthorView)
  get(@Bind('authorUuid', AuthorView) author: AuthorView): AuthorView {
    return author;
  }
}

let library: Library;
let uuid: string;
beforeAll(async () => {
  library = await openLibrary();
  ({ uuid } = await anAuthor(library));
});
afterAll(() => library.close());

async function below(path: string, work: (api: Api) => Promise<void>): Promise<void> {
  const api = await startApi({
    url: library.url,
    entities: libraryEntities,
    controllers: [AuthorsController],
    options: { exempt: { [path]: 'a page for people' } },
    prepare: (app) => {
      const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
      const config = { [exemptKey]: 'a page for people' } as object;
      fastify.get('/', { config }, async (_request, reply) => reply.type('text/html').send('<p>'));
    },
  });
  await work(api).finally(() => api.close());
}

describe.each(['/', '/authors'])('a declared route below the exempt path %s', (path) => {
  test('serves what its schema shows, and refuses as usual', () =>
    below(path, async (api) => {
      expect((await api.get(`/authors/${uuid}`)).body).toMatchObject({ uuid, name: 'Ada' });
      expect((await api.get('/authors/7')).body.code).toBe('malformed_public_id');
      expect((await api.get('/')).text).toBe('<p>');
    }));

  test('lets nothing out that no schema produced', () =>
    below(path, async (api) => {
      for (const one of ['written', 'text']) expectSealed(await api.get(`/authors/${one}`));
    }));
});
