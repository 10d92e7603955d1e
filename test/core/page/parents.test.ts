import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Author, Genre } from '../../support/library/library.entities.js';
import type { ServedLibrary } from '../../support/library/library.api.js';
import { serveLibrary } from '../../support/library/library.api.js';
import { aBook, aChapter, anAuthor } from '../../support/library/library.js';
import type { AuthorView, BookSummary } from '../../support/library/library.views.js';
import { GenreView } from '../../support/library/library.views.js';

let library: ServedLibrary;
let author: AuthorView;
let book: BookSummary;
beforeAll(async () => {
  library = await serveLibrary();
  author = await anAuthor(library);
  book = await aBook(library, author.uuid);
  await aChapter(library, book.uuid);
});
afterAll(() => library.close());

async function outcome(path: string): Promise<unknown> {
  const { status, body } = await library.api.get(path);
  return status === 200 ? (body.items as object[]).length : [status, body.code];
}

const missing = [404, 'not_found'];

describe('a page under a parent', () => {
  test('lists only its own rows', async () => {
    await aBook(library, (await anAuthor(library)).uuid);
    expect(await outcome(`/authors/${author.uuid}/books`)).toBe(1);
    expect(await outcome(`/authors/${author.uuid.toUpperCase()}/books`)).toBe(1);
    expect(await outcome(`/authors/${author.uuid}/books/${book.uuid}/chapters`)).toBe(1);
  });

  test('is empty when the parent has no rows, and 404 when there is no parent', async () => {
    const { uuid } = await anAuthor(library);
    expect(await outcome(`/authors/${uuid}/books`)).toBe(0);
    expect(await outcome(`/authors/${uuid}/books?pages=7`)).toBe(0);
    expect(await outcome(`/authors/${randomUUID()}/books`)).toEqual(missing);
    expect(await outcome(`/authors/${book.uuid}/books`)).toEqual(missing);
  });

  test('is 404 when its parents do not belong together', async () => {
    const other = await anAuthor(library);
    const empty = await aBook(library, author.uuid);
    const chapters = (owner: string, of: string) => `/authors/${owner}/books/${of}/chapters`;
    expect(await outcome(chapters(author.uuid, empty.uuid))).toBe(0);
    expect(await outcome(chapters(other.uuid, empty.uuid))).toEqual(missing);
    expect(await outcome(chapters(other.uuid, book.uuid))).toEqual(missing);
    expect(await outcome(chapters(author.uuid, randomUUID()))).toEqual(missing);
  });

  test('is 404 when the parent was soft-deleted, though its rows exist', async () => {
    const { uuid } = await anAuthor(library);
    const kept = await aBook(library, uuid);
    await aChapter(library, kept.uuid);
    await library.repositories.of(Author).remove(uuid);
    expect(await outcome(`/authors/${uuid}/books`)).toEqual(missing);
    expect(await outcome(`/authors/${uuid}/books/${kept.uuid}/chapters`)).toEqual(missing);
    expect(await outcome(`/books?authorUuid=${uuid}`)).toBe(1);
  });

  test('of lookup data is found by slug, and any other text is 404', async () => {
    const genres = library.repositories.of(Genre);
    await genres.create(GenreView, { slug: 'essay', name: 'Essay' });
    expect(await outcome('/genres/essay/books')).toBe(0);
    for (const slug of ['poem', 'Essay', '1977000000', 'es%00say', '-', 'essay%2F', '%20essay']) {
      expect(await outcome(`/genres/${slug}/books`)).toEqual(missing);
      expect(await outcome(`/genres/${slug}`)).toEqual(missing);
    }
  });
});

describe('a filter by reference', () => {
  test('finds rows by public id and by slug, and none for a missing row', async () => {
    expect(await outcome(`/books?authorUuid=${author.uuid}&q=notes`)).toBe(2);
    expect(await outcome(`/books?editorUuid=${author.uuid}`)).toBe(0);
    expect(await outcome(`/books?authorUuid=${randomUUID()}`)).toBe(0);
    expect(await outcome(`/books?licenceUuid=01890a5d-ac96-774b-bcce-b302099a8057`)).toBe(0);
    expect(await outcome('/books?genre=essay')).toBe(0);
    expect(await outcome('/books?authorName=Ada&minPages=1')).toBeGreaterThan(1);
  });
});
