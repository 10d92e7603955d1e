import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get, VersioningType } from '@nestjs/common';
import { DualIdModule, InjectDualId, PageOf, ReturnsPage } from 'nest-dual-id';
import type { DualIdRepository, Page, PageRequest } from 'nest-dual-id';
import { CursorCipher } from '../../../src/core/page/cursor.js';
import { startApi } from '../../support/api.js';
import type { HttpResponse } from '../../support/http-client.js';
import { Book, libraryEntities } from '../../support/library/library.entities.js';
import type { ServedLibrary } from '../../support/library/library.api.js';
import { serveLibrary } from '../../support/library/library.api.js';
import { anAuthor, openLibrary, statementsOf } from '../../support/library/library.js';
import { BookSummary } from '../../support/library/library.views.js';

const secret = 'the secret of this test';

let library: ServedLibrary;
let authors: string[];
let cursor: string;
beforeAll(async () => {
  library = await serveLibrary({ secret });
  authors = [(await anAuthor(library)).uuid, (await anAuthor(library)).uuid];
  const inputs = Array.from({ length: 10 }, (_, index) => ({
    title: `Title ${index}`,
    authorUuid: authors[index % 2] as never,
  }));
  await library.repositories.of(Book).createMany(BookSummary, inputs);
  cursor = await cursorOf('/books?sort=title&limit=3');
});
afterAll(() => library.close());

async function cursorOf(path: string): Promise<string> {
  return (await library.api.get(path)).body.nextCursor as string;
}

function follow(path: string, after: string): Promise<HttpResponse> {
  return library.api.get(`${path}${path.includes('?') ? '&' : '?'}after=${after}`);
}

function expectRefused({ status, body }: HttpResponse): void {
  expect([status, body.code]).toEqual([400, 'invalid_cursor']);
  expect(body.errors).toEqual([
    { parameter: 'after', detail: 'is not a cursor of this route, filter and order' },
  ]);
}

describe('a cursor', () => {
  test('leads to the next page, of another size if requested', async () => {
    const { status, body } = await follow('/books?sort=title&limit=5', cursor);
    expect(status).toBe(200);
    const titles = (body.items as BookSummary[]).map(({ title }) => title);
    expect(titles).toEqual(['Title 3', 'Title 4', 'Title 5', 'Title 6', 'Title 7']);
  });

  test('works with HEAD as well', async () => {
    const { status, text } = await library.api.ask('HEAD', `/books?sort=title&after=${cursor}`);
    expect([status, text]).toEqual([200, '']);
  });

  test('shows no value and is never the same twice', async () => {
    const again = await cursorOf('/books?sort=title&limit=3');
    expect(again).not.toBe(cursor);
    for (const text of [cursor, Buffer.from(cursor, 'base64url').toString('latin1')]) {
      expect(text).not.toMatch(/Title|7700000/);
    }
  });

  test('cut or changed in any byte is refused before any statement', async () => {
    const bytes = Buffer.from(cursor, 'base64url');
    const texts = await statementsOf(library, async () => {
      for (let at = 0; at < bytes.length; at++) {
        const flipped = Buffer.from(bytes);
        flipped[at]! ^= 1 << (at % 8);
        expectRefused(await follow('/books?sort=title', flipped.toString('base64url')));
        const cut = bytes.subarray(0, at).toString('base64url');
        expectRefused(await follow('/books?sort=title', cut));
      }
    });
    expect(texts).toEqual([]);
  });

  test.each(['', 'x', 'null', '%00', '=', '..', 'WyIxIl0'])('"%s" is refused', async (after) => {
    expectRefused(await follow('/books?sort=title', after));
  });

  test('has only one valid encoding', async () => {
    for (const after of [`${cursor}=`, `${cursor}%0A`, `%20${cursor}`, `${cursor}!`]) {
      expectRefused(await follow('/books?sort=title', after));
    }
  });

  test('of another order, filter, search, parent or route is refused', async () => {
    const author = `/authors/${authors[0]}/books`;
    for (const path of [
      '/books?sort=pages',
      '/books?sort=-title',
      '/books?sort=title,pages',
      '/books?sort=title&pages=1',
      '/books?sort=title&q=t',
      `/books?sort=title&authorUuid=${authors[0]}`,
      `${author}?sort=title`,
      '/authors?sort=name',
    ]) {
      expectRefused(await follow(path, cursor));
    }
    const nested = await cursorOf(`${author}?sort=title&limit=1`);
    expect((await follow(`${author}?sort=title`, nested)).status).toBe(200);
    expectRefused(await follow(`/authors/${authors[1]}/books?sort=title`, nested));
    const filtered = await cursorOf(`/books?sort=title&authorUuid=${authors[0]}&limit=1`);
    expectRefused(await follow(`/books?sort=title&authorUuid=${authors[1]}`, filtered));
    expect(
      (await follow(`/books?sort=title&authorUuid=${authors[0]!.toUpperCase()}`, filtered)).status,
    ).toBe(200);
  });
});

describe('the length of a cursor', () => {
  const cipher = new CursorCipher(secret);
  const lengthOf = (values: (string | null)[]) => cipher.seal(values, 'books').length;

  test.each<[string, (id: string) => (string | null)[]]>([
    ['alone', (id) => [id]],
    ['after an instant', (id) => ['2026-01-31T09:30:00.123456Z', id]],
    ['after a text', (id) => ['Ödland', id]],
    ['after a missing value', (id) => [null, id]],
    ['after a number', (id) => [id, '9223372036854775807']],
    ['in the midst', (id) => ['a', id, 'b']],
  ])('is the same for every id %s', (_name, valuesFor) => {
    const ids = Array.from({ length: 19 }, (_, digits) => '9'.repeat(digits + 1));
    expect(new Set(ids.map((id) => lengthOf(valuesFor(id)))).size).toBe(1);
  });

  test('reveals only in which block of 32 bytes a text ends', () => {
    const lengths = ['', 'a', 'ä'.repeat(15), 'a'.repeat(30)].map((text) => lengthOf([text, '1']));
    expect(new Set(lengths).size).toBe(1);
    expect(lengthOf(['a'.repeat(31), '1'])).toBeGreaterThan(lengths[0]!);
  });

  test('does not affect the values', () => {
    for (const values of [[''], ['  '], [null, 'a'.repeat(31), 'ü"\\\n '], ['a', '1']]) {
      expect(cipher.open(cipher.seal(values, 'books'), 'books')).toEqual(values);
    }
  });
});

describe('the cursor secret', () => {
  const request = {
    limit: 3,
    sort: [{ field: 'title', descending: false }],
    filters: {},
    within: {},
  };

  test('opens what it sealed, even with a newer one before it', async () => {
    const other = await openLibrary({ secret: ['a newer secret, 16 long', secret] });
    const books = other.repositories.of(Book);
    const after = (await library.repositories.of(Book).page(BookSummary, request)).nextCursor!;
    expect((await books.page(BookSummary, { ...request, after })).items).toEqual([]);
    await other.close();
  });

  test('opens nothing sealed by another', async () => {
    const after = (await library.repositories.of(Book).page(BookSummary, request)).nextCursor!;
    for (const options of [{ secret: 'the secret of another' }, {}]) {
      const other = await openLibrary(options);
      const read = other.repositories.of(Book).page(BookSummary, { ...request, after });
      await expect(read).rejects.toMatchObject({ code: 'invalid_cursor' });
      await other.close();
    }
  });

  test.each<[string | string[]]>([['short'], [['long enough for a secret', 'short']], [[]]])(
    '%j is refused at boot',
    (short) => {
      expect(() => new CursorCipher(short)).toThrow('fewer than 16 characters');
    },
  );
});

@Controller({ path: 'books', version: ['1', '2'] })
class FirstBooks {
  constructor(@InjectDualId(Book) private readonly books: DualIdRepository<Book>) {}

  @Get()
  @ReturnsPage(BookSummary)
  list(@PageOf(BookSummary) page: PageRequest): Promise<Page<BookSummary>> {
    return this.books.page(BookSummary, page);
  }
}

@Controller({ path: 'books', version: '3' })
class ThirdBooks extends FirstBooks {}

test('a cursor of one version of a route is refused by another', async () => {
  const { url } = library;
  const api = await startApi({
    url,
    entities: libraryEntities,
    controllers: [FirstBooks, ThirdBooks],
    imports: [DualIdModule.forFeature([Book])],
    prepare: (app) => app.enableVersioning({ type: VersioningType.HEADER, header: 'X-Version' }),
  });
  const list = (version: string, query: string) =>
    api.ask('GET', `/books?limit=2${query}`, { headers: { 'x-version': version } });
  const after = `&after=${String((await list('1', '')).body.nextCursor)}`;
  expect([(await list('1', after)).status, (await list('2', after)).status]).toEqual([200, 200]);
  expectRefused(await list('3', after));
  await api.close();
});
