import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DualIdRepository } from 'nest-dual-id';
import { Author, Book } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { aBook, anAuthor, openLibrary, statementsOf } from '../../support/library/library.js';
import { AuthorView, BookSummary, BookView } from '../../support/library/library.views.js';

let library: Library;
let books: DualIdRepository<Book>;
let author: AuthorView;
beforeAll(async () => {
  library = await openLibrary();
  books = library.repositories.of(Book);
  author = await anAuthor(library);
});
afterAll(() => library.close());

describe('inside a transaction', () => {
  test('every read sees its changes, and reads outside do not until it commits', async () => {
    const { database, repositories } = library;
    const page = { limit: 100, sort: [], filters: {}, within: { author: author.uuid } };
    const { uuid } = await database.transaction(async () => {
      const book = await aBook(library, author.uuid);
      await books.update(BookSummary, book.uuid, { title: 'Inside' });
      const inside = await books.get(BookView, book.uuid);
      expect(inside.title).toBe('Inside');
      expect((await books.many(BookSummary, [book.uuid])).items).toHaveLength(1);
      expect((await books.page(BookSummary, page)).items).toHaveLength(1);
      expect(await books.exists(book.uuid)).toBe(true);
      await repositories.of(Author).update(AuthorView, author.uuid, { name: 'Grace' });
      expect((await books.get(BookView, book.uuid)).author.name).toBe('Grace');
      return book;
    });
    expect(await books.get(BookSummary, uuid)).toMatchObject({ title: 'Inside' });
  });

  test('reads share no statement with reads outside, which see the old row', async () => {
    const book = await aBook(library, author.uuid, 'Before');
    const outside: Promise<BookSummary>[] = [];
    let start = () => {};
    const started = new Promise<void>((resolve) => (start = resolve));
    const reader = started.then(() => books.get(BookSummary, book.uuid));
    await library.database.transaction(async () => {
      await books.update(BookSummary, book.uuid, { title: 'After' });
      outside.push(reader);
      start();
      const [inside, old] = await Promise.all([books.get(BookSummary, book.uuid), reader]);
      expect(inside.title).toBe('After');
      expect(old.title).toBe('Before');
    });
  });

  test('reads are on its own connection, one statement each', async () => {
    const book = await aBook(library, author.uuid);
    const texts = await statementsOf(library, () =>
      library.database.transaction(() =>
        Promise.all([books.get(BookSummary, book.uuid), books.get(BookSummary, book.uuid)]),
      ),
    );
    expect(texts.filter((text) => text.startsWith('SELECT'))).toHaveLength(2);
    expect(texts[0]).toMatch(/BEGIN|START TRANSACTION/);
  });

  test('what fails behind a savepoint is undone, and the rest is kept', async () => {
    const { database } = library;
    const kept = await database.transaction(async () => {
      const book = await aBook(library, author.uuid, 'Kept');
      const failing = books.createMany(BookSummary, [
        { title: 'Lost', authorUuid: author.uuid },
        { title: 'Failing', authorUuid: 'x' as never },
      ]);
      await expect(failing).rejects.toMatchObject({ code: 'missing_reference' });
      return book;
    });
    expect(await books.get(BookSummary, kept.uuid)).toEqual(kept);
    const page = { limit: 100, sort: [], filters: {}, within: {} };
    const titles = (await books.page(BookSummary, page)).items.map(({ title }) => title);
    expect(titles).not.toContain('Lost');
  });
});
