import { Get, Param } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Bind, Field, PageOf, PublicIdParam, Returns, ReturnsPage, View } from 'nest-dual-id';
import type { Scope } from '../../../src/core/http/route-declaration.js';
import { routeRefusal } from '../../support/api.js';
import { freshDatabase } from '../../support/database.js';
import type { TestDatabase } from '../../support/database.js';
import { Author, Book, Credit, libraryEntities } from '../../support/library/library.entities.js';
import {
  AuthorView,
  BookSummary,
  BookView,
  ChapterView,
  GenreView,
} from '../../support/library/library.views.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

/** The refusal of `GET /things/<path>` with a handler that has these parameter decorators. */
function refusal(path: string, ...taken: ParameterDecorator[]): Promise<string> {
  class Things {
    handle(): unknown {
      return undefined;
    }
  }
  const { prototype } = Things;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'handle')!;
  taken.forEach((decorate, index) => decorate(prototype, 'handle', index));
  Returns(AuthorView)(prototype, 'handle', descriptor);
  Get(path)(prototype, 'handle', descriptor);
  return routeRefusal({ url: database.url, entities: libraryEntities }, Things);
}

@View(Credit)
class CreditView {
  @Field() role!: string;
}

const author = Bind('authorUuid', AuthorView);
const nested = ':authorUuid/books/:bookUuid';
const bookIn = (scope: Scope = {}) => Bind('bookUuid', BookView, scope);

describe('a parameter is refused at boot', () => {
  test.each([
    [':id', 'has the parameter :id, the name of an internal id; name it :entityUuid'],
    [':userId', 'has the parameter :userId, the name of an internal id; name it :userUuid'],
    [':user_id', 'name it :userUuid'],
    [':authorUuid', 'has the parameter :authorUuid, which no @Bind'],
    [':uuid', 'has the parameter :uuid, which no @Bind'],
  ])('as %s', async (path, sentence) => {
    expect(await refusal(path, Param('x'))).toContain(sentence);
  });

  test('that is bound under another name', async () => {
    expect(await refusal(':authorUuid', bookIn())).toContain(
      'binds :bookUuid, which is not in its path',
    );
  });

  test('that is bound to an entity without a public address', async () => {
    expect(await refusal(':credit', Bind('credit', CreditView))).toContain(
      'binds :credit to Credit, which has neither a public id nor a slug',
    );
    expect(await refusal(':credit', PublicIdParam('credit', Credit))).toContain('to Credit, which');
    class Stranger {}
    expect(await refusal(':strangerUuid', PublicIdParam('strangerUuid', Stranger))).toContain(
      'Stranger is bound to a path parameter, but is not among the entities',
    );
  });
});

describe('a nested route is refused at boot', () => {
  test('when a binding does not declare how it belongs to the parameters before it', async () => {
    const loose = 'does not say how bookUuid belongs to :authorUuid; add within';
    expect(await refusal(nested, author, bookIn())).toContain(loose);
    expect(await refusal(nested, bookIn())).toContain(loose);
    expect(await refusal(nested, author, PublicIdParam('bookUuid', Book))).toContain(loose);
    expect(await refusal(':authorUuid/books', author, PageOf(BookSummary))).toContain(
      'does not say how its page belongs to :authorUuid',
    );
  });

  test('whatever its parameters are called, and by slug as well', async () => {
    const [one, other] = [Bind('author', AuthorView), Bind('book', BookView)];
    expect(await refusal(':author/books/:book', one, other)).toContain(
      'how book belongs to :author',
    );
    expect(await refusal(':genre/books', Bind('genre', GenreView), PageOf(BookSummary))).toContain(
      'does not say how its page belongs to :genre',
    );
    const inherited = [Bind('constructor', AuthorView), Bind('book', BookView)] as const;
    expect(await refusal(':constructor/books/:book', ...inherited)).toContain(
      'how book belongs to :constructor',
    );
  });

  test('when only one of several parents is declared', async () => {
    const chapter = Bind('chapterUuid', ChapterView, { within: { bookUuid: 'book' } });
    expect(await refusal(`${nested}/:chapterUuid`, chapter)).toContain(
      'does not say how chapterUuid belongs to :authorUuid',
    );
  });

  test('when a parent does not exist', async () => {
    const within = (authorUuid: string) => bookIn({ within: { authorUuid } });
    expect(await refusal(nested, within('nobody'))).toContain('to be a to-one relation');
    expect(await refusal(nested, within('title'))).toContain('Book.title to be a to-one relation');
    const elsewhere = bookIn({ within: { authorUuid: 'author', userUuid: 'editor' } });
    expect(await refusal(nested, elsewhere)).toContain('over :userUuid, which is not in its path');
    const page = PageOf(BookSummary, { within: { authorUuid: 'home' } });
    expect(await refusal(':authorUuid', page)).toContain('Book.home to be a to-one relation');
  });

  test('when a bare public id has a parent, because nothing reads it', async () => {
    const id = PublicIdParam('bookUuid', Book, { within: { authorUuid: 'author' } });
    expect(await refusal(nested, id)).toContain('has a parent for :bookUuid, but does not read it');
  });

  test('but boots with its relations, or with a reason for having none', async () => {
    expect(await refusal(nested, bookIn({ within: { authorUuid: 'author' } }))).toBe('It boots.');
    const id = PublicIdParam('bookUuid', Book, { unscoped: 'Both are checked in the service.' });
    expect(await refusal(nested, PublicIdParam('authorUuid', Author), id)).toBe('It boots.');
    expect(await refusal(nested, author, bookIn({ unscoped: ' ' }))).toContain('does not say how');
  });
});

test('a page that is returned but not taken from the query boots', async () => {
  class Lists {
    @Get() @ReturnsPage(AuthorView) handle() {}
  }
  expect(await routeRefusal({ url: database.url, entities: libraryEntities }, Lists)).toBe(
    'It boots.',
  );
});
