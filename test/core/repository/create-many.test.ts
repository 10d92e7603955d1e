import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DualIdRepository, PublicId } from 'nest-dual-id';
import { Author, Book, Genre } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { anAuthor, openLibrary, sql } from '../../support/library/library.js';
import { BookSummary, GenreView } from '../../support/library/library.views.js';

let library: Library;
let books: DualIdRepository<Book>;
let authorUuid: PublicId<Author>;
beforeAll(async () => {
  library = await openLibrary();
  books = library.repositories.of(Book);
  authorUuid = (await anAuthor(library)).uuid;
});
afterAll(() => library.close());

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ title: `Book ${index}`, authorUuid }));

async function countBooks(): Promise<number> {
  const [row] = await sql(library, 'SELECT count(*)::integer AS count FROM books');
  return row!['count'] as number;
}

describe('creating many entities', () => {
  test('returns the views in the order of the inputs', async () => {
    const inputs = numbered(50).map((input) => ({ ...input, uuid: randomUUID() as never }));
    const created = await books.createMany(BookSummary, inputs);
    expect(created.map(({ uuid, title }) => ({ uuid, title }))).toEqual(
      inputs.map(({ uuid, title }) => ({ uuid, title })),
    );
    const other = await anAuthor(library);
    const mixed = [authorUuid, other.uuid, authorUuid].map((uuid, index) => ({
      title: String(index),
      authorUuid: uuid,
    }));
    const authors = (await books.createMany(BookSummary, mixed)).map((book) => book.authorUuid);
    expect(authors).toEqual([authorUuid, other.uuid, authorUuid]);
  });

  test('matches inputs by public id in either case, and lookup data by slug', async () => {
    const uuids = [randomUUID(), randomUUID()];
    const inputs = uuids.map((uuid, index) => ({
      ...numbered(2)[index]!,
      uuid: uuid.toUpperCase() as never,
    }));
    expect((await books.createMany(BookSummary, inputs)).map(({ uuid }) => uuid)).toEqual(uuids);
    const genres = [
      { slug: 'noir', name: 'Noir' },
      { slug: 'a', name: 'A' },
    ];
    const created = await library.repositories.of(Genre).createMany(GenreView, genres);
    expect(created).toEqual(genres);
  });

  test('leaves a column that only some inputs set at its default', async () => {
    const created = await books.createMany(BookSummary, [
      { title: 'one', authorUuid },
      { title: 'two', authorUuid, pages: 7, price: '1.00', editorUuid: authorUuid },
      { title: 'three', authorUuid, pages: undefined, price: null, editorUuid: null },
    ]);
    expect(created.map(({ pages, price, editorUuid }) => [pages, price, editorUuid])).toEqual([
      [1, null, null],
      [7, '1.00', authorUuid],
      [1, null, null],
    ]);
  });

  test('is all or nothing, and points at the input that fails', async () => {
    const before = await countBooks();
    const inputs: object[] = numbered(5);
    inputs[3] = { title: 'x', authorUuid: randomUUID() };
    await expect(books.createMany(BookSummary, inputs as never)).rejects.toMatchObject({
      code: 'missing_reference',
      details: { errors: [{ pointer: '/3/authorUuid' }] },
    });
    inputs[3] = { title: 'x', authorUuid: 'no id' };
    await expect(books.createMany(BookSummary, inputs as never)).rejects.toMatchObject({
      details: { errors: [{ pointer: '/3/authorUuid' }] },
    });
    inputs[3] = { title: null, authorUuid };
    await expect(books.createMany(BookSummary, inputs as never)).rejects.toMatchObject({
      code: 'rule_violated',
    });
    expect(await countBooks()).toBe(before);
  });

  test('takes more rows than one statement may have parameters, still all or nothing', async () => {
    const before = await countBooks();
    const failing = numbered(4500);
    failing[4499]!.authorUuid = randomUUID() as never;
    await expect(books.createMany(BookSummary, failing)).rejects.toMatchObject({
      details: { errors: [{ pointer: '/4499/authorUuid' }] },
    });
    expect(await countBooks()).toBe(before);
    // The server plans its checks at COMMIT by what it knows of the registry.
    await sql(library, 'ANALYZE dual_id.passports');
    const inputs = numbered(13_200).map((input) => ({ ...input, pages: 1, price: '1.00' }));
    const created = await books.createMany(BookSummary, inputs);
    expect(created.map(({ title }) => title)).toEqual(inputs.map(({ title }) => title));
  });

  test('of no inputs does nothing', async () => {
    expect(await books.createMany(BookSummary, [])).toEqual([]);
  });

  test('leaves no prepared statement for every number of rows', async () => {
    await library.database.transaction(async (manager) => {
      for (let count = 1; count <= 20; count++)
        await books.createMany(BookSummary, numbered(count));
      const [row] = await manager.query<{ count: number }[]>(
        `SELECT count(*)::integer FROM pg_prepared_statements WHERE statement LIKE '%INTO "books"%'`,
      );
      expect(row!.count).toBe(0);
    });
  });
});
