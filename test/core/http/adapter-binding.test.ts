import { Controller, Get, Inject, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Bind,
  Database,
  DualIdFastifyAdapter,
  exemptKey,
  PageOf,
  Repositories,
  Returns,
  ReturnsPage,
} from 'nest-dual-id';
import type { Page, PageRequest } from 'nest-dual-id';
import { moduleOf } from '../../support/api.js';
import { clientOf } from '../../support/http-client.js';
import { Author, libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { anAuthor, openLibrary } from '../../support/library/library.js';
import { AuthorView } from '../../support/library/library.views.js';

@Controller('authors')
class AuthorsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Repositories) private readonly repositories: Repositories,
  ) {}

  @Get()
  @ReturnsPage(AuthorView)
  list(@PageOf(AuthorView) page: PageRequest): Promise<Page<AuthorView>> {
    return this.repositories.ofView(AuthorView).page(AuthorView, page);
  }

  @Get('whole')
  @Returns(AuthorView)
  async whole() {
    const [author] = await this.database.manager.find(Author);
    return { ...author, ...author!.home };
  }

  @Get(':authorUuid')
  @Returns(AuthorView)
  show(@Bind('authorUuid', AuthorView) author: AuthorView) {
    return author;
  }
}

@Controller('undeclared')
class UndeclaredController {
  @Get(':key')
  show(@Param('key') key: string) {
    return { id: key };
  }
}

let library: Library;
let uuid: string;
beforeAll(async () => {
  library = await openLibrary();
  ({ uuid } = await anAuthor(library));
});
afterAll(() => library.close());

const parts = (...controllers: Function[]) => ({
  url: library.url,
  entities: libraryEntities,
  controllers: controllers as never[],
});
const options = { logger: false, abortOnError: false } as const;
const compiled = (...controllers: Function[]) =>
  Test.createTestingModule({ imports: [moduleOf(parts(...controllers))] }).compile();

describe('an application created from a testing module', () => {
  test('checks input and output like any other', async () => {
    const module = await compiled(AuthorsController);
    const app = module.createNestApplication<NestFastifyApplication>(new DualIdFastifyAdapter());
    await app.listen(0, '127.0.0.1');
    const ask = clientOf(app);
    expect((await ask('GET', '/authors/7')).body.code).toBe('malformed_public_id');
    expect((await ask('GET', '/authors?id=7')).body.code).toBe('internal_id_refused');
    expect((await ask('GET', `/authors/${uuid}`)).body).toMatchObject({ uuid, name: 'Ada' });
    expect((await ask('GET', '/authors')).body.items).toHaveLength(1);
    const whole = await ask('GET', '/authors/whole');
    expect(Object.keys(whole.body)).toEqual(['uuid', 'name', 'city', 'postalCode']);
    await app.close();
  });

  test('refuses a route that declares no response', async () => {
    const module = await compiled(UndeclaredController);
    const app = module.createNestApplication(new DualIdFastifyAdapter());
    await expect(app.listen(0)).rejects.toThrow('GET /undeclared/:key declares no response');
    await app.close();
  });

  test.each([
    ['a plain adapter', () => new FastifyAdapter()],
    ['an adapter of another kind', () => express()],
  ])('refuses to listen on %s', async (_what, adapter) => {
    const module = await compiled(AuthorsController);
    const app = module.createNestApplication(adapter());
    await expect(app.listen(0)).rejects.toThrow('an adapter that does not check the responses of');
    await module.close();
  });

  test('refuses to listen when another application took the checks of its module', async () => {
    const module = await compiled(AuthorsController);
    const first = module.createNestApplication(new DualIdFastifyAdapter());
    const second = module.createNestApplication(new DualIdFastifyAdapter());
    await expect(second.listen(0)).rejects.toThrow('Compile a module for each application.');
    await first.close();
  });

  test('works without an adapter, as in the test of a service', async () => {
    const module = await compiled(AuthorsController);
    await module.init();
    expect(module.get(Database).inTransaction).toBe(false);
    await module.close();
  });
});

describe('a route registered on the adapter before the application', () => {
  const adapterWith = (config: object) => {
    const adapter = new DualIdFastifyAdapter();
    adapter.getInstance().get('/early', { config }, () => ({ id: '7' }));
    return adapter;
  };

  test('is refused like any other', async () => {
    const starting = NestFactory.create(moduleOf(parts()), adapterWith({}), options);
    await expect(starting).rejects.toThrow('GET /early declares no response');
    const module = await compiled(AuthorsController);
    const app = module.createNestApplication(adapterWith({}));
    await expect(app.init()).rejects.toThrow('GET /early declares no response');
    await app.close();
  });

  test('may stay with a reason', async () => {
    const adapter = adapterWith({ [exemptKey]: 'the test wants it' });
    const app = await NestFactory.create<NestFastifyApplication>(
      moduleOf(parts()),
      adapter,
      options,
    );
    await app.listen(0, '127.0.0.1');
    expect((await clientOf(app)('GET', '/early')).text).toBe('{"id":"7"}');
    await app.close();
  });
});

/** Nest's tests rely on the type that an adapter reports. */
function express(): FastifyAdapter {
  return Object.assign(new FastifyAdapter(), { getType: () => 'express' });
}
