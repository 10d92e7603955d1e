import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DualIdRepository } from 'nest-dual-id';
import { Author, Book, Genre } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { aBook, anAuthor, openLibrary, statementsOf } from '../../support/library/library.js';
import { showsInternalId } from '../../support/library/library.tables.js';
import { BookSummary, GenreView } from '../../support/library/library.views.js';

let library: Library;
let books: DualIdRepository<Book>;
beforeAll(async () => {
  library = await openLibrary({ resolverCacheSize: 3 });
  books = library.repositories.of(Book);
});
afterAll(() => library.close());

async function someBook(): Promise<BookSummary> {
  return aBook(library, (await anAuthor(library)).uuid);
}

const cost = (work: () => Promise<unknown>) =>
  statementsOf(library, work).then((texts) => texts.length);

describe('resolving a public id', () => {
  test('answers the internal id, asking the database once', async () => {
    const { uuid } = await someBook();
    expect(showsInternalId(await books.resolve(uuid))).toBe(true);
    expect(await cost(() => books.resolve(uuid))).toBe(0);
    expect(await cost(() => books.exists(uuid))).toBe(0);
    expect([...(await books.resolveMany([uuid, randomUUID() as never])).keys()]).toEqual([uuid]);
  });

  test('keeps no more pairs than it may', async () => {
    const recent = [await someBook(), await someBook(), await someBook(), await someBook()];
    for (const { uuid } of recent) await books.resolve(uuid);
    expect(await cost(() => books.resolve(recent[3]!.uuid))).toBe(0);
    expect(await cost(() => books.resolve(recent[0]!.uuid))).toBe(1);
  });

  test('remembers for a moment, and no longer, that an id is unknown', async () => {
    const uuid = randomUUID() as never;
    expect(await cost(() => books.exists(uuid))).toBe(1);
    expect(await cost(() => books.exists(uuid))).toBe(0);
    await sleep(1050);
    expect(await cost(() => books.exists(uuid))).toBe(1);
  });

  test('forgets that an id is unknown once a row of that id is created', async () => {
    const uuid = randomUUID() as never;
    const { uuid: authorUuid } = await anAuthor(library);
    expect(await books.exists(uuid)).toBe(false);
    await books.create(BookSummary, { uuid, title: 'Chosen', authorUuid });
    expect(await books.exists(uuid)).toBe(true);
    const genres = library.repositories.of(Genre);
    expect(await genres.exists('noir')).toBe(false);
    await genres.createMany(GenreView, [{ slug: 'noir', name: 'Noir' }]);
    expect(await genres.exists('noir')).toBe(true);
  });

  test('forgets a row that is removed, once that is committed', async () => {
    const [gone, kept] = [await someBook(), await someBook()];
    await books.resolve(gone.uuid);
    await books.remove(gone.uuid);
    await expect(books.resolve(gone.uuid)).rejects.toMatchObject({ code: 'gone' });
    await books.resolve(kept.uuid);
    const abandoned = library.database.transaction(async () => {
      await books.remove(kept.uuid);
      expect(await books.exists(kept.uuid)).toBe(false);
      throw new Error('changed my mind');
    });
    await expect(abandoned).rejects.toThrow('changed my mind');
    expect(await cost(() => books.resolve(kept.uuid))).toBe(0);
  });

  test('remembers nothing that a transaction saw and nobody else', async () => {
    const uuid = randomUUID() as never;
    const { uuid: authorUuid } = await anAuthor(library);
    const abandoned = library.database.transaction(async () => {
      await books.create(BookSummary, { uuid, title: 'Never', authorUuid });
      expect(await books.exists(uuid)).toBe(true);
      throw new Error('changed my mind');
    });
    await expect(abandoned).rejects.toThrow();
    expect(await books.exists(uuid)).toBe(false);
  });

  test('does not remember an answer that a removal overtook on its way', async () => {
    const { uuid } = await someBook();
    const { resolving, arrive } = await whileAnswerIsOnItsWay(() => books.resolve(uuid));
    await books.remove(uuid);
    arrive();
    expect(showsInternalId(await resolving)).toBe(true);
    expect(await books.exists(uuid)).toBe(false);
  });

  test('finds no author that was deleted softly', async () => {
    const authors = library.repositories.of(Author);
    const { uuid } = await anAuthor(library);
    await authors.resolve(uuid);
    await authors.remove(uuid);
    expect(await authors.exists(uuid)).toBe(false);
  });
});

/** Starts a look-up whose answer has left the database and arrives when it is told to. */
async function whileAnswerIsOnItsWay<T>(work: () => Promise<T>) {
  const { database } = library;
  const rows = database.rows.bind(database);
  let arrive = () => {};
  const gate = new Promise<void>((resolve) => (arrive = resolve));
  let resolving!: Promise<T>;
  await new Promise<void>((left) => {
    database.rows = async (...question) => {
      const answer = await rows(...question);
      left();
      await gate;
      return answer;
    };
    resolving = work();
  });
  database.rows = rows;
  return { resolving, arrive };
}
