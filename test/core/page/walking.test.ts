import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PageRequest } from 'nest-dual-id';
import { Author, Book } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { anAuthor, openLibrary, sql } from '../../support/library/library.js';
import { BookSummary } from '../../support/library/library.views.js';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
  const authors = [await anAuthor(library, 'B'), await anAuthor(library, 'A')];
  await anAuthor(library, 'deleted').then(({ uuid }) =>
    library.repositories.of(Author).remove(uuid),
  );
  // Titles and pages tie, prices are null, moments differ by a microsecond.
  await sql(
    library,
    `INSERT INTO books (uuid, title, pages, price, published_at, author_id, editor_id)
     SELECT gen_random_uuid(), 'T' || n % 3, n % 4, CASE WHEN n % 3 > 0 THEN n % 5 END,
            CASE WHEN n % 7 > 0 THEN '2026-01-15T09:30:00Z'::timestamptz + n / 2 * interval '1 microsecond' END,
            (SELECT author_no FROM press.authors WHERE public_key = '${authors[0]!.uuid}'),
            (SELECT author_no FROM press.authors OFFSET n % 4 LIMIT 1)
     FROM generate_series(1, 40) n`,
  );
});
afterAll(() => library.close());

interface Order {
  readonly sort: PageRequest['sort'];
  readonly sql: string;
}

const columns = {
  title: 'title',
  pages: 'pages',
  price: 'price',
  publishedAt: 'published_at',
  createdAt: 'created_at',
};
const key = (field: keyof typeof columns, descending = false) => ({ field, descending });

/** Every field in both directions, and all mixed pairs. */
const orders: Order[] = [false, true].flatMap((one) =>
  (Object.keys(columns) as (keyof typeof columns)[]).flatMap((first) => [
    orderOf([key(first, one)]),
    ...(['price', 'pages'] as const)
      .filter((second) => second !== first)
      .flatMap((second) =>
        [false, true].map((other) => orderOf([key(first, one), key(second, other)])),
      ),
  ]),
);

function orderOf(sort: { field: keyof typeof columns; descending: boolean }[]): Order {
  const ties = sort.at(-1)!.descending ? 'id DESC' : 'id';
  const spelled = sort.map(
    ({ field, descending }) => `${columns[field]}${descending ? ' DESC' : ''}`,
  );
  return { sort, sql: [...spelled, ties].join(', ') };
}

async function walk(request: Omit<PageRequest, 'filters' | 'within'>): Promise<string[]> {
  const books = library.repositories.of(Book);
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await books.page(BookSummary, { ...request, after, filters: {}, within: {} });
    expect(page.items.length).toBeLessThanOrEqual(request.limit);
    seen.push(...page.items.map(({ uuid }) => uuid));
    after = page.nextCursor ?? undefined;
  } while (after !== undefined);
  return seen;
}

async function inOrder(order: string): Promise<unknown[]> {
  return (await sql(library, `SELECT uuid FROM books ORDER BY ${order}`)).map(({ uuid }) => uuid);
}

describe('walking all pages', () => {
  test.each(orders.map(({ sort, sql: order }) => [order, sort] as const))(
    'by %s meets every row once, in order, whatever the size of a page',
    async (order, sort) => {
      const wanted = await inOrder(order);
      expect(wanted).toHaveLength(40);
      for (const limit of [1, 3, 20, 39, 40, 41])
        expect(await walk({ limit, sort })).toEqual(wanted);
    },
  );

  test('in no particular order meets every row once', async () => {
    expect(await walk({ limit: 7, sort: [] })).toEqual(await inOrder('id'));
  });

  test('ends with no cursor exactly when nothing follows', async () => {
    const books = library.repositories.of(Book);
    const ask = (limit: number) =>
      books.page(BookSummary, { limit, sort: [], filters: {}, within: {} });
    expect((await ask(40)).nextCursor).toBeNull();
    expect((await ask(39)).nextCursor).not.toBeNull();
  });
});
