import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DualIdRepository, Page, PageRequest } from 'nest-dual-id';
import { Book } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { anAuthor, openLibrary, sql, statementsOf } from '../../support/library/library.js';
import { BookSummary } from '../../support/library/library.views.js';

let library: Library;
let books: DualIdRepository<Book>;
let authors: string[];
beforeAll(async () => {
  library = await openLibrary();
  books = library.repositories.of(Book);
  authors = [];
  for (let n = 0; n < 40; n++) authors.push((await anAuthor(library)).uuid);
  // Each author has five books; titles run against the order of creation.
  await sql(
    library,
    `INSERT INTO books (uuid, title, pages, price, published_at, author_id)
     SELECT gen_random_uuid(), 'T' || lpad((1000 - n)::text, 4, '0'), n % 3,
            CASE WHEN n % 2 > 0 THEN n END,
            '2026-01-15T09:30:00Z'::timestamptz + n / 2 * interval '1 microsecond', author_no
     FROM press.authors, generate_series(1, 5) n`,
  );
});
afterAll(() => library.close());

const ask = (author: string, more: Partial<PageRequest> = {}): PageRequest => ({
  limit: 3,
  sort: [{ field: 'publishedAt', descending: true }],
  filters: {},
  within: { author },
  ...more,
});

type Ask = (author: string) => PageRequest;

/** Each author's page, read alone and read all at once. */
async function bothWays(request: Ask) {
  const alone: Page<BookSummary>[] = [];
  for (const author of authors) alone.push(await books.page(BookSummary, request(author)));
  let together: Page<BookSummary>[] = [];
  const texts = await statementsOf(library, async () => {
    const pages = authors.map((author) => books.page(BookSummary, request(author)));
    together = await Promise.all(pages);
  });
  return { alone, together, statements: texts.length };
}

const itemsOf = (pages: readonly Page<BookSummary>[]) => pages.map(({ items }) => items);

describe('pages requested in the same turn', () => {
  test('share statements, and each gets its own rows in its own order', async () => {
    const { alone, together, statements } = await bothWays(ask);
    expect(itemsOf(together)).toEqual(itemsOf(alone));
    expect(together.flatMap(({ items }) => items)).toHaveLength(120);
    expect(statements).toBe(3);
  });

  test('share statements on later pages, over rows that tie and moments a microsecond apart', async () => {
    const first = new Map<string, string>();
    for (const author of authors) {
      first.set(author, (await books.page(BookSummary, ask(author))).nextCursor!);
    }
    const next: Ask = (author) => ask(author, { after: first.get(author)! });
    const { alone, together, statements } = await bothWays(next);
    expect(itemsOf(together)).toEqual(itemsOf(alone));
    expect(together.flatMap(({ items }) => items)).toHaveLength(80);
    expect(statements).toBe(3);
  });

  test('may differ in length', async () => {
    const limits = authors.map((_, index) => 1 + (index % 5));
    const pages = await Promise.all(
      authors.map((author, index) =>
        books.page(BookSummary, ask(author, { limit: limits[index]! })),
      ),
    );
    expect(pages.map(({ items }) => items.length)).toEqual(limits);
  });

  test('have their own statements if clients wrote a filter', async () => {
    const { alone, together, statements } = await bothWays((author) =>
      ask(author, { filters: { pages: '1' } }),
    );
    expect(itemsOf(together)).toEqual(itemsOf(alone));
    expect(statements).toBe(authors.length);
  });

  test('that are equal are read once, and changing one changes no other', async () => {
    const texts = await statementsOf(library, async () => {
      const pages = await Promise.all([0, 1].map(() => books.page(BookSummary, ask(authors[0]!))));
      const [one, other] = itemsOf(pages);
      one![0]!.publishedAt!.setFullYear(1999);
      expect(other![0]!.publishedAt!.getFullYear()).toBe(2026);
    });
    expect(texts).toHaveLength(1);
  });

  test('see the changes of their own transaction', async () => {
    await library.database.transaction(async () => {
      await library.database.manager.query(`UPDATE books SET title = 'changed here'`);
      const { items } = await books.page(BookSummary, ask(authors[0]!));
      expect(new Set(items.map(({ title }) => title))).toEqual(new Set(['changed here']));
    });
  });
});
