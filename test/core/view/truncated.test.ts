import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PublicId } from 'nest-dual-id';
import { Field, Many, View } from 'nest-dual-id';
import { Author, Book } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { aBook, aChapter, anAuthor, openLibrary } from '../../support/library/library.js';
import { ChapterView } from '../../support/library/library.views.js';

@View(Book)
class ShortBook {
  @Field() uuid!: PublicId<Book>;
  @Many(() => ChapterView, 'book', { orderBy: 'position', limit: 2 }) chapters!: ChapterView[];
  truncated?: string[];
}

@View(Author)
class ShortAuthor {
  @Field() uuid!: PublicId<Author>;
  @Many(() => ShortBook, 'author', { orderBy: 'title', limit: 1 }) books!: ShortBook[];
  truncated?: string[];
}

@View(Book)
class TakenName {
  @Field('title') truncated!: string;
  @Many(() => ChapterView, 'book') chapters!: ChapterView[];
}

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library.close());

async function bookOf(author: PublicId<Author>, title: string, chapters: number) {
  const book = await aBook(library, author, title);
  for (let at = 1; at <= chapters; at += 1) await aChapter(library, book.uuid, at);
  return book.uuid;
}

describe('a list within a view', () => {
  test('with exactly as many rows as the limit is complete, and nothing says otherwise', async () => {
    const book = await bookOf((await anAuthor(library)).uuid, 'Two', 2);
    const shown = await library.repositories.of(Book).get(ShortBook, book);
    expect(shown.chapters).toHaveLength(2);
    expect(shown.truncated).toBeUndefined();
  });

  test('with more shows the first ones, and the view names the list', async () => {
    const book = await bookOf((await anAuthor(library)).uuid, 'Three', 3);
    const shown = await library.repositories.of(Book).get(ShortBook, book);
    expect(shown.chapters.map(({ position }) => position)).toEqual([1, 2]);
    expect(shown.truncated).toEqual(['chapters']);
  });

  test('within another list is named where it is truncated', async () => {
    const author = await anAuthor(library);
    await bookOf(author.uuid, 'A', 3);
    const authors = library.repositories.of(Author);
    const one = await authors.get(ShortAuthor, author.uuid);
    expect(one.truncated).toBeUndefined();
    expect(one.books[0]!.truncated).toEqual(['chapters']);
    await bookOf(author.uuid, 'B', 0);
    const more = await authors.get(ShortAuthor, author.uuid);
    expect(more.truncated).toEqual(['books']);
    expect(more.books).toHaveLength(1);
  });

  test('is described with the names of the lists that may be truncated, none of them required', () => {
    const { properties, required } = library.views.get(ShortBook).schema;
    expect(properties!['truncated']).toMatchObject({
      type: 'array',
      items: { type: 'string', enum: ['chapters'] },
    });
    expect(required).not.toContain('truncated');
    expect(library.views.get(ChapterView).schema.properties).not.toHaveProperty('truncated');
  });

  test('reserves the name, and a field using it is refused at boot', () => {
    expect(() => library.views.get(TakenName)).toThrow(
      /TakenName\.truncated has the name under which a view reports which of its lists are truncated/,
    );
  });
});
