import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { statement } from 'nest-dual-id';
import type { Library } from '../../support/library/library.js';
import { aBook, aChapter, anAuthor, openLibrary, sql } from '../../support/library/library.js';
import { statementsOf } from '../../support/library/library.js';
import { Author, Book, Chapter } from '../../support/library/library.entities.js';
import { showsInternalId } from '../../support/library/library.tables.js';
import { AuthorView, BookSummary, BookView } from '../../support/library/library.views.js';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library.close());

describe('a view', () => {
  test('is read by one statement that selects no internal id', async () => {
    const author = await anAuthor(library);
    const book = await aBook(library, author.uuid);
    await aChapter(library, book.uuid, 2);
    await aChapter(library, book.uuid, 1);
    const books = library.repositories.of(Book);
    let shown: BookView | undefined;
    const texts = await statementsOf(library, async () => {
      shown = await books.get(BookView, book.uuid);
    });
    expect(texts).toHaveLength(1);
    const { values } = library.views.get(BookView).select;
    expect(values.join('\n')).not.toMatch(/"(?:id|author_no|\w+_id)"(?:::text)?$/m);
    const all = statement(texts[0]!.replace('= $1', 'IS NOT NULL'));
    const [row] = await library.database.rows(all);
    expect(showsInternalId(JSON.stringify(row))).toBe(false);
    expect(shown!.chapters.map(({ position }) => position)).toEqual([1, 2]);
    expect(shown).toMatchObject({
      authorUuid: author.uuid,
      author: { name: 'Ada' },
      editor: null,
      chapterCount: 2,
    });
  });

  test('is an instance of its class, whose version is never shown', async () => {
    const author = await anAuthor(library);
    expect(author).toBeInstanceOf(AuthorView);
    expect(Object.keys(author)).toEqual(['uuid', 'name', 'city', 'postalCode']);
    expect(Object.keys(JSON.parse(JSON.stringify({ ...author })))).not.toContain('version');
  });

  test('reads embedded columns, key columns of another name and another schema', async () => {
    const author = await anAuthor(library);
    const [row] = await sql(
      library,
      `SELECT * FROM press.authors WHERE public_key='${author.uuid}'`,
    );
    expect(author.city).toBe(row!['home_city']);
    expect(showsInternalId(String(row!['author_no']))).toBe(true);
  });

  test('shows only the public id of a soft-deleted row', async () => {
    const author = await anAuthor(library);
    const book = await aBook(library, author.uuid);
    await library.repositories.of(Author).remove(author.uuid);
    const shown = await library.repositories.of(Book).get(BookView, book.uuid);
    expect(shown).toMatchObject({ authorUuid: author.uuid, author: null });
  });

  test('lists no soft-deleted rows', async () => {
    const book = await aBook(library, (await anAuthor(library)).uuid);
    const chapters = [await aChapter(library, book.uuid, 1), await aChapter(library, book.uuid, 2)];
    await library.repositories.of(Chapter).remove(chapters[0]!.uuid);
    const shown = await library.repositories.of(Book).get(BookView, book.uuid);
    expect(shown.chapters).toEqual([chapters[1]]);
    expect(shown.chapterCount).toBe(1);
  });

  test('read twice in one turn is two objects that share nothing', async () => {
    const book = await aBook(library, (await anAuthor(library)).uuid);
    await aChapter(library, book.uuid);
    const books = library.repositories.of(Book);
    await sql(library, `UPDATE books SET published_at = now() WHERE uuid = '${book.uuid}'`);
    const reads = [books.get(BookView, book.uuid), books.get(BookView, book.uuid)];
    const [one, other] = await Promise.all(reads);
    one!.publishedAt!.setFullYear(1900);
    one!.chapters[0]!.title = 'changed';
    one!.chapters.pop();
    expect(other!.chapters[0]!.title).toBe('Chapter 1');
    expect(other!.publishedAt!.getFullYear()).toBeGreaterThan(2000);
  });

  test('of another entity is refused by a repository', async () => {
    const { uuid } = await anAuthor(library);
    const books = library.repositories.of(Book);
    await expect(books.get(AuthorView, uuid as never)).rejects.toThrow(
      'AuthorView is a view of Author, not of Book',
    );
    await expect(books.get(BookSummary, uuid as never)).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
