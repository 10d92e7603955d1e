import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Field, View } from 'nest-dual-id';
import type { DualIdRepository } from 'nest-dual-id';
import { versionOf } from '../../../src/core/view/compiled-view.js';
import { Author, Book, Chapter, Genre } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import {
  aBook,
  aChapter,
  anAuthor,
  openLibrary,
  sql,
  statementsOf,
} from '../../support/library/library.js';
import {
  AuthorView,
  BookSummary,
  ChapterView,
  GenreView,
} from '../../support/library/library.views.js';

@View(Book)
class BookTitle {
  @Field() title!: string;
}

let library: Library;
let books: DualIdRepository<Book>;
let book: BookSummary;
beforeAll(async () => {
  library = await openLibrary();
  books = library.repositories.of(Book);
  book = await aBook(library, (await anAuthor(library)).uuid);
});
afterAll(() => library.close());

describe('changing an entity', () => {
  test('writes what is given, keeps the rest, and returns the new view in one statement', async () => {
    const other = await anAuthor(library);
    let changed: BookSummary | undefined;
    const texts = await statementsOf(library, async () => {
      changed = await books.update(BookSummary, book.uuid, {
        title: 'Changed',
        authorUuid: other.uuid,
        pages: undefined,
      });
    });
    expect(texts).toHaveLength(1);
    const wanted = { ...book, title: 'Changed', authorUuid: other.uuid };
    expect(Object.entries(changed!)).toEqual(Object.entries(wanted));
    expect(await books.get(BookSummary, book.uuid)).toEqual(changed);
  });

  test('increments the version and updates the time of the last change', async () => {
    const before = await books.get(BookSummary, book.uuid);
    const [row] = await sql(library, `SELECT updated_at FROM books WHERE uuid='${book.uuid}'`);
    const after = await books.update(BookSummary, book.uuid, {});
    const [later] = await sql(library, `SELECT updated_at FROM books WHERE uuid='${book.uuid}'`);
    expect(versionOf(after)).toBe(versionOf(before)! + 1);
    expect(Number(later!['updated_at'])).toBeGreaterThan(Number(row!['updated_at']));
  });

  test('at one version succeeds for one of many writers, and reports the new version to the others', async () => {
    const version = versionOf(await books.get(BookSummary, book.uuid))!;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) =>
        books.update(BookSummary, book.uuid, { title: `Writer ${index}` }, version),
      ),
    );
    const losers = outcomes.filter(({ status }) => status === 'rejected');
    expect(losers).toHaveLength(7);
    for (const { reason } of losers as PromiseRejectedResult[]) {
      expect(reason).toMatchObject({
        code: 'version_mismatch',
        details: { currentVersion: version + 1 },
      });
    }
    expect(versionOf(await books.get(BookSummary, book.uuid))).toBe(version + 1);
  });

  test('at a version is refused for an entity without one', async () => {
    const chapter = await aChapter(library, book.uuid);
    const chapters = library.repositories.of(Chapter);
    await expect(
      chapters.update(ChapterView, chapter.uuid, { position: 2 }, 1),
    ).rejects.toMatchObject({
      code: 'version_mismatch',
      details: {},
    });
    expect((await chapters.update(ChapterView, chapter.uuid, { position: 2 })).position).toBe(2);
  });

  test('to nothing changes nothing if there is no version', async () => {
    const chapter = await aChapter(library, book.uuid);
    const chapters = library.repositories.of(Chapter);
    expect(await chapters.update(ChapterView, chapter.uuid, {})).toEqual(chapter);
    const genres = library.repositories.of(Genre);
    const genre = await genres.create(GenreView, { slug: 'essay', name: 'Essay' });
    expect(await genres.update(GenreView, 'essay', {})).toEqual(genre);
  });

  test.each([
    ['any version', undefined],
    ['version 1', 1],
  ])('that is missing is not_found, deleted is gone, at %s', async (_what, version) => {
    const missing = books.update(BookSummary, randomUUID() as never, {}, version);
    await expect(missing).rejects.toMatchObject({ code: 'not_found' });
    const { uuid } = await anAuthor(library);
    const authors = library.repositories.of(Author);
    await authors.remove(uuid);
    await expect(authors.update(AuthorView, uuid, { name: 'x' }, version)).rejects.toMatchObject({
      code: 'gone',
    });
  });

  test('names the missing reference, and refuses another public id', async () => {
    const wrong = { editorUuid: randomUUID() as never };
    await expect(books.update(BookSummary, book.uuid, wrong)).rejects.toMatchObject({
      code: 'missing_reference',
      details: { errors: [{ pointer: '/editorUuid' }] },
    });
    const other = { uuid: randomUUID() as never };
    await expect(books.update(BookSummary, book.uuid, other)).rejects.toThrow(
      'Book.uuid cannot be changed',
    );
  });

  test('keeps a bounded number of statements prepared, whatever clients combine', async () => {
    await library.database.transaction(async (manager) => {
      for (let count = 0; count < 260; count++) {
        const view = count % 2 === 0 ? BookSummary : BookTitle;
        const bits = [
          'title',
          'pages',
          'price',
          'publishedAt',
          'authorUuid',
          'editorUuid',
          'genre',
        ];
        const values = ['x', 1, null, null, book.authorUuid, null, null];
        const chosen = bits.flatMap((name, bit) =>
          (count >> 1) & (1 << bit) ? [[name, values[bit]]] : [],
        );
        await books.update(view, book.uuid, Object.fromEntries(chosen) as never);
      }
      const [row] = await manager.query<{ count: number }[]>(
        `SELECT count(*)::integer FROM pg_prepared_statements WHERE statement ~ 'UPDATE [^ ]*books'`,
      );
      expect(row!.count).toBeLessThanOrEqual(200);
      expect(row!.count).toBeGreaterThan(150);
    });
  });
});
