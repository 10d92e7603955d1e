import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { PageRequest } from 'nest-dual-id';
import { problem, statement } from 'nest-dual-id';
import { Book, Chapter } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import {
  aBook,
  aChapter,
  anAuthor,
  openLibrary,
  sql,
  statementsOf,
} from '../../support/library/library.js';
import { BookView, ChapterView } from '../../support/library/library.views.js';

let library: Library;
let author: string;
let book: string;
let chapter: string;
let others: string;
beforeAll(async () => {
  library = await openLibrary();
  const made = await anAuthor(library);
  const big = await aBook(library, made.uuid);
  [author, book] = [made.uuid, big.uuid];
  chapter = (await aChapter(library, big.uuid)).uuid;
  others = (await anAuthor(library)).uuid;
  await sql(
    library,
    `INSERT INTO chapters (book_id, title, position)
     SELECT book_id, 'More', n FROM chapters, generate_series(2, 3000) n`,
  );
  // Small tables are read whole, which would be the same work for any query.
  await sql(
    library,
    `INSERT INTO press.authors (name, home_city) SELECT 'Many', 'Rome' FROM generate_series(1, 2000)`,
  );
  await sql(
    library,
    `INSERT INTO books (title, author_id)
     SELECT 'Many', author_no FROM press.authors, generate_series(1, 2)`,
  );
  await sql(library, 'ANALYZE');
});
afterAll(() => library.close());

const page = (within: PageRequest['within']): PageRequest => ({
  limit: 20,
  sort: [{ field: 'position', descending: false }],
  filters: {},
  within,
});

type Read = (author: string, book: string, chapter: string) => Promise<unknown>;

/** Every way in which the core serves rows under parents. */
const reads: Readonly<Record<string, Read>> = {
  'a row with a long list under its parent': (user, uuid) =>
    library.repositories.of(Book).get(BookView, uuid as never, { author: user }),
  'a row under a chain of parents': (user, of, uuid) =>
    library.repositories
      .of(Chapter)
      .get(ChapterView, uuid as never, { book: of, 'book.author': user }),
  'a row under the parent of its parent': (user, _of, uuid) =>
    library.repositories.of(Chapter).get(ChapterView, uuid as never, { 'book.author': user }),
  'a page under a chain of parents': (user, of) =>
    library.repositories.of(Chapter).page(ChapterView, page({ book: of, 'book.author': user })),
};

const figures = statement(
  `SELECT relname::text, (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::integer
   FROM pg_stat_xact_user_tables WHERE relname IN ('authors', 'books', 'chapters')`,
);

const counted = async () =>
  (await library.database.rows(figures)) as readonly (readonly [string, number])[];

/** How many rows of each table the server reads for a refusal, and in how many statements. */
async function workOf(read: () => Promise<unknown>) {
  const { database } = library;
  const rows: Record<string, number> = { authors: 0, books: 0, chapters: 0 };
  const refused = database.transaction(async () => {
    // The server reads rows while it plans as well, and stops planning after five times.
    for (let time = 0; time < 6; time += 1) await read().catch(() => undefined);
    const before = new Map(await counted());
    await expect(read()).rejects.toMatchObject({ code: 'not_found' });
    for (const [table, count] of await counted()) rows[table] = count - (before.get(table) ?? 0);
    throw problem('not_found');
  });
  await expect(refused).rejects.toMatchObject({ code: 'not_found' });
  const texts = await statementsOf(library, () => read().catch(() => undefined));
  return { rows, statements: texts.length };
}

describe.each(Object.entries(reads))('a refusal of %s', (_what, read) => {
  test('under someone else’s parent takes the same work, whether the row exists or not', async () => {
    const hidden = await workOf(() => read(others, book, chapter));
    const missing = await workOf(() => read(others, randomUUID(), randomUUID()));
    expect(hidden.statements).toBe(missing.statements);
    expect(hidden.rows['authors']).toBe(missing.rows['authors']);
    // The only row that an index finds by its public id is read, to see whose it is.
    for (const table of ['books', 'chapters']) {
      expect(missing.rows[table]).toBe(0);
      expect(hidden.rows[table]).toBeLessThanOrEqual(hidden.statements);
    }
  });

  test('under a missing parent reads no row', async () => {
    const missing = await workOf(() => read(randomUUID(), randomUUID(), randomUUID()));
    expect(await workOf(() => read(randomUUID(), book, chapter))).toEqual(missing);
    expect(missing.rows).toEqual({ authors: 0, books: 0, chapters: 0 });
  });

  test('does not affect the row under its own parent', async () => {
    await expect(read(author, book, chapter)).resolves.toBeDefined();
  });
});
