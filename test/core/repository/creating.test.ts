import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DualIdRepository } from 'nest-dual-id';
import { Author, Book, Genre, Licence } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { anAuthor, openLibrary, sql, statementsOf } from '../../support/library/library.js';
import {
  AuthorView,
  BookSummary,
  BookView,
  GenreView,
  LicenceView,
} from '../../support/library/library.views.js';

let library: Library;
let books: DualIdRepository<Book>;
let author: AuthorView;
let licence: LicenceView;
beforeAll(async () => {
  library = await openLibrary();
  const { repositories } = library;
  books = repositories.of(Book);
  author = await anAuthor(library);
  licence = await repositories.of(Licence).create(LicenceView, { terms: 'free' });
  await repositories.of(Genre).create(GenreView, { slug: 'essay', name: 'Essay' });
});
afterAll(() => library.close());

describe('creating an entity', () => {
  test('writes references of every kind and reads the view in one statement', async () => {
    let book: BookView | undefined;
    const texts = await statementsOf(library, async () => {
      book = await books.create(BookView, {
        title: 'Notes',
        authorUuid: author.uuid,
        editorUuid: null,
        licenceUuid: licence.uuid.toUpperCase() as never,
        genre: 'essay',
        price: '12.5',
        publishedAt: new Date('2026-01-15T09:30:00Z'),
      });
    });
    expect(texts.filter((text) => text.includes('books'))).toHaveLength(1);
    expect(book).toMatchObject({
      authorUuid: author.uuid,
      author: { name: 'Ada', city: 'London' },
      editor: null,
      licenceUuid: licence.uuid,
      genre: 'essay',
      pages: 1,
      price: '12.50',
      publishedAt: new Date('2026-01-15T09:30:00Z'),
      chapters: [],
      chapterCount: 0,
    });
    expect(await books.get(BookView, book!.uuid)).toEqual(book);
  });

  test('generates a public id of the version the entity chose, or uses the given one', async () => {
    const uuid = randomUUID();
    const given = { uuid: uuid.toUpperCase() as never, title: 'x', authorUuid: author.uuid };
    expect((await books.create(BookSummary, given)).uuid).toBe(uuid);
    expect((await books.create(BookSummary, { ...given, uuid: undefined })).uuid[14]).toBe('4');
    expect(licence.uuid[14]).toBe('7');
  });

  test('writes embedded columns, and clears them together', async () => {
    const authors = library.repositories.of(Author);
    const home = { city: 'Turin', postalCode: '10121' };
    const created = await authors.create(AuthorView, { name: 'Ada', home });
    expect(created).toMatchObject(home);
    const cleared = authors.update(AuthorView, created.uuid, { home: null! });
    await expect(cleared).rejects.toMatchObject({ code: 'rule_violated' });
    const moved = await authors.update(AuthorView, created.uuid, {
      home: { city: 'Rome' } as never,
    });
    expect(moved).toMatchObject({ city: 'Rome', postalCode: '10121' });
  });

  test.each([
    ['authorUuid', { authorUuid: randomUUID() }],
    ['authorUuid', { authorUuid: 'x' }],
    ['authorUuid', { authorUuid: '' }],
    ['editorUuid', { editorUuid: 42 }],
    ['licenceUuid', { licenceUuid: randomUUID() }],
    ['genre', { genre: 'poem' }],
    ['genre', { genre: 'es\0say' }],
  ])('names %s when the row it refers to is missing: %p', async (property, wrong) => {
    const input = { title: 'x', authorUuid: author.uuid, ...wrong } as never;
    const before = await sql(library, 'SELECT count(*) FROM books');
    await expect(books.create(BookSummary, input)).rejects.toMatchObject({
      code: 'missing_reference',
      details: { errors: [{ pointer: `/${property}`, detail: 'does not exist' }] },
    });
    expect(await sql(library, 'SELECT count(*) FROM books')).toEqual(before);
  });

  test('refuses a reference to a soft-deleted entity', async () => {
    const { uuid } = await anAuthor(library);
    await library.repositories.of(Author).remove(uuid);
    const input = { title: 'x', authorUuid: uuid };
    await expect(books.create(BookSummary, input)).rejects.toMatchObject({
      code: 'missing_reference',
    });
  });

  test.each([
    'id',
    'authorId',
    'author_id',
    'author',
    'version',
    'createdAt',
    'updatedAt',
    'platformTypeId',
    'nothing',
    'hasOwnProperty',
    'author.name',
  ])('refuses the property %s by name', async (property) => {
    const input = { title: 'x', authorUuid: author.uuid, [property]: '1' } as never;
    const refused = `Book.${property} cannot be written through its repository`;
    await expect(books.create(BookSummary, input)).rejects.toThrow(refused);
    await expect(books.createMany(BookSummary, [input])).rejects.toThrow(refused);
    const { uuid } = await books.create(BookSummary, { title: 'x', authorUuid: author.uuid });
    await expect(books.update(BookSummary, uuid, input)).rejects.toThrow(refused);
  });

  test('names what is required, too long, out of range, or in use', async () => {
    const failure = (input: object) =>
      books.create(BookSummary, { title: 'x', authorUuid: author.uuid, ...input } as never).then(
        () => undefined,
        (error: { code: string; details: object }) => [error.code, error.details],
      );
    const { uuid } = await books.create(BookSummary, { title: 'x', authorUuid: author.uuid });
    const pointing = (pointer: string) =>
      expect.objectContaining({ errors: [expect.objectContaining({ pointer })] });
    expect(await failure({ title: null })).toEqual(['rule_violated', pointing('/title')]);
    expect(await failure({ uuid })).toEqual(['conflict', pointing('/uuid')]);
    for (const input of [{ title: 'x'.repeat(201) }, { pages: 2 ** 31 }, { title: 'a\0b' }]) {
      expect((await failure(input))![0]).toBe('rule_violated');
    }
  });
});
