import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Book } from '../../support/library/library.entities.js';
import type { ServedLibrary } from '../../support/library/library.api.js';
import { serveLibrary } from '../../support/library/library.api.js';
import { anAuthor, sql, statementsOf } from '../../support/library/library.js';
import { BookSummary } from '../../support/library/library.views.js';

let library: ServedLibrary;
beforeAll(async () => {
  library = await serveLibrary();
  const { uuid: authorUuid } = await anAuthor(library, 'Ada');
  const titles = [
    '100% true',
    '100 lies',
    'snake_case',
    'snakeXcase',
    String.raw`back\slash`,
    'Éclair',
  ];
  const inputs = titles.map((title, index) => ({ title, authorUuid, pages: index }));
  await library.repositories.of(Book).createMany(BookSummary, inputs);
});
afterAll(() => library.close());

async function titles(query: string): Promise<string[]> {
  const { body } = await library.api.get(`/books?${query}`);
  return (body.items as BookSummary[]).map(({ title }) => title);
}

async function refusal(query: string): Promise<[string, string, string]> {
  const { status, body } = await library.api.get(`/books?${query}`);
  expect(status).toBe(400);
  const [error] = body.errors as { parameter: string; detail: string }[];
  return [body.code as string, error!.parameter, error!.detail];
}

describe('the query of a page', () => {
  test.each([
    '0',
    '101',
    '1000000000',
    'abc',
    '-1',
    '%205',
    '5%20',
    '',
    '1.5',
    '0x10',
    '1e1',
    '%D9%A3',
  ])('with the limit "%s" is refused before any statement', async (limit) => {
    const texts = await statementsOf(library, async () => {
      expect(await refusal(`limit=${limit}`)).toEqual([
        'invalid_query',
        'limit',
        'is not a whole number from 1 to 100',
      ]);
    });
    expect(texts).toEqual([]);
  });

  test('accepts a limit from 1 to 100, and defaults to 20 items', async () => {
    expect(await titles('limit=1')).toHaveLength(1);
    expect(await titles('limit=100')).toHaveLength(6);
    const { uuid: authorUuid } = await anAuthor(library);
    const inputs = Array.from({ length: 25 }, () => ({ title: 'z', authorUuid }));
    await library.repositories.of(Book).createMany(BookSummary, inputs);
    expect(await titles('')).toHaveLength(20);
    await sql(library, `DELETE FROM books WHERE title = 'z'`);
  });

  test.each([
    ['unknown=1', 'invalid_query', 'unknown', 'is not a parameter of this route'],
    ['title=x', 'invalid_query', 'title', 'is not a parameter of this route'],
    ['toString=1', 'invalid_query', 'toString', 'is not a parameter of this route'],
    ['__proto__=1', 'invalid_query', '__proto__', 'is not a parameter of this route'],
    ['limit=1&limit=2', 'invalid_query', 'limit', 'is given more than once'],
    ['pages=1&pages=1', 'invalid_query', 'pages', 'is given more than once'],
    [
      'sort=secret',
      'invalid_query',
      'sort',
      'is not one of title, pages, price, publishedAt, createdAt',
    ],
    ['sort=', 'invalid_query', 'sort', 'is not one of title, pages, price, publishedAt, createdAt'],
    [
      'sort=title,title',
      'invalid_query',
      'sort',
      'is not one of title, pages, price, publishedAt, createdAt',
    ],
    [
      'sort=title,-title',
      'invalid_query',
      'sort',
      'is not one of title, pages, price, publishedAt, createdAt',
    ],
    [
      'sort=--title',
      'invalid_query',
      'sort',
      'is not one of title, pages, price, publishedAt, createdAt',
    ],
    ['q=', 'invalid_query', 'q', 'is not a text of 1 to 200 characters'],
    [`q=${'x'.repeat(201)}`, 'invalid_query', 'q', 'is not a text of 1 to 200 characters'],
    ['q=a%00b', 'invalid_query', 'q', 'is not a text of 1 to 200 characters'],
    ['id=1', 'internal_id_refused', 'id', 'has the name of an internal id'],
    ['authorId=1', 'internal_id_refused', 'authorId', 'has the name of an internal id'],
    ['author_id=1', 'internal_id_refused', 'author_id', 'has the name of an internal id'],
    ['authorUuid=42', 'malformed_public_id', 'authorUuid', 'is a number; public ids are UUIDs'],
    ['authorUuid=x', 'malformed_public_id', 'authorUuid', 'is not a public id'],
  ])('%s is refused', async (query, code, parameter, detail) => {
    expect(await refusal(query)).toEqual([code, parameter, detail]);
  });

  test('lists everything that is wrong with it', async () => {
    const { body } = await library.api.get('/books?limit=0&nope=1&sort=x');
    expect((body.errors as object[]).length).toBe(3);
    expect(body.detail).toMatch(/^The query is invalid: limit is not .* list/);
  });

  test('searches text literally, ignoring case', async () => {
    expect(await titles('q=100%25&sort=pages')).toEqual(['100% true']);
    expect(await titles('q=E_C')).toEqual(['snake_case']);
    expect(await titles('q=K%5CS')).toEqual([String.raw`back\slash`]);
    expect(await titles('q=%C3%89CL')).toEqual(['Éclair']);
    expect(await titles("q='%20OR%20true")).toEqual([]);
    expect(await titles('q=365')).toEqual([]);
    expect(await titles('q=ada')).toHaveLength(6);
  });

  test('sorts by several fields in either direction', async () => {
    expect((await titles('sort=-pages,title'))[0]).toBe('Éclair');
    expect((await titles('sort=pages'))[0]).toBe('100% true');
  });

  test('keeps the same statement from request to request', async () => {
    const ask = () =>
      statementsOf(library, () =>
        library.api.get(`/books?authorName=Ada&q=x&authorUuid=${randomUUID()}&sort=price`),
      );
    await ask();
    expect(await ask()).toEqual(await ask());
  });
});
