import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DualIdRepository } from 'nest-dual-id';
import { Author, Book, Chapter, Genre, Licence } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { aBook, aChapter, anAuthor, openLibrary, sql } from '../../support/library/library.js';
import {
  AuthorView,
  BookSummary,
  ChapterView,
  GenreView,
  LicenceView,
} from '../../support/library/library.views.js';

let library: Library;
let books: DualIdRepository<Book>;
beforeAll(async () => {
  library = await openLibrary();
  books = library.repositories.of(Book);
});
afterAll(() => library.close());

describe('reading by public id', () => {
  test('returns the view, whatever the case of the UUID', async () => {
    const book = await aBook(library, (await anAuthor(library)).uuid);
    expect(await books.get(BookSummary, book.uuid)).toEqual(book);
    expect(await books.get(BookSummary, book.uuid.toUpperCase() as never)).toEqual(book);
    expect(await books.exists(book.uuid.toUpperCase() as never)).toBe(true);
  });

  test.each([[undefined], [null], [''], ['42'], [42], ['x'], [{}], ['%'], [randomUUID()]])(
    'with %p finds nothing, and never the first row',
    async (value) => {
      await aBook(library, (await anAuthor(library)).uuid);
      const uuid = value as never;
      expect(await books.find(BookSummary, uuid)).toBeUndefined();
      expect(await books.exists(uuid)).toBe(false);
      expect(await books.many(BookSummary, [uuid])).toEqual({ items: [], missing: [value] });
      expect(await books.resolveMany([uuid])).toEqual(new Map());
      for (const act of [
        () => books.get(BookSummary, uuid),
        () => books.resolve(uuid),
        () => books.update(BookSummary, uuid, { title: 'changed' }),
        () => books.remove(uuid),
        () => library.database.transaction(() => books.get(BookSummary, uuid)),
      ]) {
        await expect(act()).rejects.toMatchObject({ code: 'not_found' });
      }
    },
  );

  test('keeps the order and the repetitions of many, and reports missing ones', async () => {
    const { uuid } = await anAuthor(library);
    const [one, two] = [await aBook(library, uuid, 'One'), await aBook(library, uuid, 'Two')];
    const missing = randomUUID() as never;
    const found = await books.many(BookSummary, [two.uuid, missing, one.uuid, two.uuid]);
    expect(found).toEqual({ items: [two, one, two], missing: [missing] });
    expect(await books.many(BookSummary, [])).toEqual({ items: [], missing: [] });
  });

  test('finds guid entities by UUID and lookup data by slug', async () => {
    const { repositories } = library;
    const licence = await repositories.of(Licence).create(LicenceView, { terms: 'free' });
    const genre = await repositories.of(Genre).create(GenreView, { slug: 'sci-fi', name: 'SF' });
    expect(await repositories.of(Licence).get(LicenceView, licence.uuid)).toEqual(licence);
    expect(await repositories.of(Genre).get(GenreView, 'sci-fi')).toEqual(genre);
    for (const slug of ['Sci-Fi', 'sci', '', 'a\0b', '1977000000']) {
      expect(await repositories.of(Genre).find(GenreView, slug)).toBeUndefined();
    }
  });

  test('distinguishes a deleted entity, enrolled or not, from one that never existed', async () => {
    const author = await anAuthor(library);
    const book = await aBook(library, author.uuid);
    const chapter = await aChapter(library, book.uuid);
    const { repositories } = library;
    const chapters = repositories.of(Chapter);
    await chapters.remove(chapter.uuid);
    await expect(chapters.get(ChapterView, chapter.uuid)).rejects.toMatchObject({ code: 'gone' });
    await library.dataSource.query('DELETE FROM chapters');
    await books.remove(book.uuid);
    await expect(books.get(BookSummary, book.uuid)).rejects.toMatchObject({ code: 'gone' });
    await repositories.of(Author).remove(author.uuid);
    const authors = repositories.of(Author);
    await expect(authors.get(AuthorView, author.uuid)).rejects.toMatchObject({ code: 'gone' });
    expect(await authors.find(AuthorView, author.uuid)).toBeUndefined();
    await expect(books.get(BookSummary, author.uuid as never)).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

test('a public id that is enrolled but has no row is not found, and was not deleted', async () => {
  const uuid = randomUUID() as never;
  await sql(
    library,
    `INSERT INTO dual_id.passports (uuid, platform_type_id, entity_id) VALUES ('${uuid}', 901, 1)`,
  );
  await expect(books.get(BookSummary, uuid)).rejects.toMatchObject({ code: 'not_found' });
});

describe('reading under a parent', () => {
  test('finds the child of these parents and of no others', async () => {
    const [author, other] = [await anAuthor(library), await anAuthor(library)];
    const book = await aBook(library, author.uuid);
    const chapter = await aChapter(library, book.uuid);
    const chapters = library.repositories.of(Chapter);
    const within = { book: book.uuid, 'book.author': author.uuid };
    expect(await chapters.get(ChapterView, chapter.uuid, within)).toEqual(chapter);
    for (const wrong of [{ 'book.author': other.uuid }, { book: randomUUID() }]) {
      const read = chapters.get(ChapterView, chapter.uuid, { ...within, ...wrong });
      await expect(read).rejects.toMatchObject({ code: 'not_found' });
    }
    expect(await books.find(BookSummary, book.uuid, { author: other.uuid })).toBeUndefined();
    for (const editor of [author.uuid, '', null, undefined]) {
      const found = books.find(BookSummary, book.uuid, { editor: editor as never });
      expect(await found).toBeUndefined();
    }
    const shouted = { author: author.uuid.toUpperCase() };
    expect(await books.find(BookSummary, book.uuid, shouted)).toEqual(book);
  });

  test('does not reveal that a child was deleted, nor find the child of a deleted parent', async () => {
    const author = await anAuthor(library);
    const [book, kept] = [await aBook(library, author.uuid), await aBook(library, author.uuid)];
    await books.remove(book.uuid);
    const within = { author: author.uuid };
    await expect(books.get(BookSummary, book.uuid, within)).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await books.find(BookSummary, kept.uuid, within)).toEqual(kept);
    await library.repositories.of(Author).remove(author.uuid);
    expect(await books.find(BookSummary, kept.uuid, within)).toBeUndefined();
  });

  test('is refused by name for an unknown parent', async () => {
    const read = (within: Record<string, string>) =>
      books.find(BookSummary, randomUUID() as never, within);
    await expect(read({ title: 'x' })).rejects.toThrow(
      'BookSummary needs Book.title to be a to-one',
    );
    await expect(read({ 'author.home': 'x' })).rejects.toThrow('Author.home to be a to-one');
  });
});
