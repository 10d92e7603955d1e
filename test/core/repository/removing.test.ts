import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DualIdRepository } from 'nest-dual-id';
import { versionOf } from '../../../src/core/view/compiled-view.js';
import { Author, Book, Chapter } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { aBook, aChapter, anAuthor, openLibrary, sql } from '../../support/library/library.js';
import { AuthorView, BookSummary, ChapterView } from '../../support/library/library.views.js';

let library: Library;
let books: DualIdRepository<Book>;
let authors: DualIdRepository<Author>;
beforeAll(async () => {
  library = await openLibrary();
  books = library.repositories.of(Book);
  authors = library.repositories.of(Author);
});
afterAll(() => library.close());

async function passportOf(uuid: string): Promise<unknown> {
  const [row] = await sql(library, `SELECT status FROM dual_id.passports WHERE uuid = '${uuid}'`);
  return row?.['status'];
}

describe('removing an entity', () => {
  test('deletes the row if it has no deletion date, and leaves a tombstone', async () => {
    const { uuid } = await aBook(library, (await anAuthor(library)).uuid);
    await books.remove(uuid);
    expect(await sql(library, `SELECT 1 FROM books WHERE uuid = '${uuid}'`)).toEqual([]);
    expect(await passportOf(uuid)).toBe('deleted');
    await expect(books.remove(uuid)).rejects.toMatchObject({ code: 'gone' });
  });

  test('marks the row if it has one, increments its version, and a revived row is back', async () => {
    const author = await anAuthor(library);
    await authors.remove(author.uuid);
    expect(await passportOf(author.uuid)).toBe('deleted');
    await expect(authors.remove(author.uuid)).rejects.toMatchObject({ code: 'gone' });
    const where = `WHERE public_key = '${author.uuid}'`;
    expect(await sql(library, `SELECT version FROM press.authors ${where}`)).toEqual([
      { version: 2 },
    ]);
    await sql(library, `UPDATE press.authors SET deleted_at = NULL ${where}`);
    expect(await authors.get(AuthorView, author.uuid)).toMatchObject({ name: author.name });
    expect(await passportOf(author.uuid)).toBe('active');
  });

  test('is refused while something refers to the row', async () => {
    const book = await aBook(library, (await anAuthor(library)).uuid);
    await aChapter(library, book.uuid);
    await expect(books.remove(book.uuid)).rejects.toMatchObject({ code: 'still_referenced' });
    expect(await books.get(BookSummary, book.uuid)).toEqual(book);
  });

  test('at an outdated version reports the new one and removes nothing', async () => {
    const book = await aBook(library, (await anAuthor(library)).uuid);
    const changed = await books.update(BookSummary, book.uuid, { title: 'New' });
    await expect(books.remove(book.uuid, 1)).rejects.toMatchObject({
      code: 'version_mismatch',
      details: { currentVersion: 2 },
    });
    await books.remove(book.uuid, versionOf(changed));
    expect(await books.exists(book.uuid)).toBe(false);
  });

  test('of one row removes no other', async () => {
    const { uuid } = await anAuthor(library);
    const [one, other] = [await aBook(library, uuid), await aBook(library, uuid)];
    await books.remove(one.uuid);
    expect(await books.find(BookSummary, other.uuid)).toEqual(other);
    await expect(books.remove(randomUUID() as never)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('needs no registry to know that a row was soft-deleted', async () => {
    const book = await aBook(library, (await anAuthor(library)).uuid);
    const { uuid } = await aChapter(library, book.uuid);
    const chapters = library.repositories.of(Chapter);
    await chapters.remove(uuid);
    for (const act of [
      () => chapters.get(ChapterView, uuid),
      () => chapters.remove(uuid),
      () => chapters.update(ChapterView, uuid, { title: 'x' }),
      () => chapters.resolve(uuid),
    ]) {
      await expect(act()).rejects.toMatchObject({ code: 'gone' });
    }
  });
});
