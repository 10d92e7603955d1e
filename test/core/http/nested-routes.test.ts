import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Author, Chapter } from '../../support/library/library.entities.js';
import type { ServedLibrary } from '../../support/library/library.api.js';
import { serveLibrary } from '../../support/library/library.api.js';
import { aBook, aChapter, anAuthor, statementsOf } from '../../support/library/library.js';

let library: ServedLibrary;
let author: string;
let other: string;
let book: string;
let chapter: string;
beforeAll(async () => {
  library = await serveLibrary();
  const owner = await anAuthor(library);
  const made = await aBook(library, owner.uuid);
  [author, book] = [owner.uuid, made.uuid];
  other = (await anAuthor(library)).uuid;
  chapter = (await aChapter(library, made.uuid)).uuid;
});
afterAll(() => library.close());

async function outcome(path: string): Promise<unknown> {
  const { status, body } = await library.api.get(path);
  return status === 200 ? 200 : [status, body.code];
}

const missing = [404, 'not_found'];

describe('a route within parents', () => {
  test('finds the child of this parent, in one statement', async () => {
    const path = `/authors/${author}/books/${book}`;
    expect(await outcome(path)).toBe(200);
    expect(
      await outcome(path.toUpperCase().replace('AUTHORS', 'authors').replace('BOOKS', 'books')),
    ).toBe(200);
    const { app } = library.api;
    const texts = await statementsOf({ dataSource: app.get(DataSource) }, () => outcome(path));
    expect(texts).toHaveLength(1);
  });

  test('does not find another parent’s child', async () => {
    expect(await outcome(`/authors/${other}/books/${book}`)).toEqual(missing);
    expect(await outcome(`/authors/${randomUUID()}/books/${book}`)).toEqual(missing);
    expect(await outcome(`/authors/${author}/books/${randomUUID()}`)).toEqual(missing);
    expect(await outcome(`/authors/${book}/books/${author}`)).toEqual(missing);
  });

  test('checks every parent of a chain', async () => {
    const path = (owner: string, of: string) => `/authors/${owner}/books/${of}/chapters/${chapter}`;
    const another = (await aBook(library, author as never)).uuid;
    expect(await outcome(path(author, book))).toBe(200);
    expect(await outcome(path(other, book))).toEqual(missing);
    expect(await outcome(path(author, another))).toEqual(missing);
    expect(await outcome(path(other, another))).toEqual(missing);
  });

  test('does not reveal that a child was deleted', async () => {
    const doomed = (await aChapter(library, book as never)).uuid;
    await library.repositories.of(Chapter).remove(doomed);
    expect(await outcome(`/authors/${author}/books/${book}/chapters/${doomed}`)).toEqual(missing);
  });

  test('is gone with its parent', async () => {
    const { uuid } = await anAuthor(library);
    const kept = (await aBook(library, uuid)).uuid;
    expect(await outcome(`/authors/${uuid}/books/${kept}`)).toBe(200);
    await library.repositories.of(Author).remove(uuid);
    expect(await outcome(`/authors/${uuid}/books/${kept}`)).toEqual(missing);
    expect(await outcome(`/authors/${uuid}`)).toEqual([410, 'gone']);
    expect(await outcome(`/books/${kept}`)).toBe(200);
  });
});
