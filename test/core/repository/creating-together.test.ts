import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DualIdRepository, EntityInput } from 'nest-dual-id';
import pg from 'pg';
import { Book } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { anAuthor, openLibrary, sql, statementsOf } from '../../support/library/library.js';
import type { AuthorView } from '../../support/library/library.views.js';
import { BookSummary } from '../../support/library/library.views.js';

let library: Library;
let books: DualIdRepository<Book>;
let author: AuthorView;
beforeAll(async () => {
  library = await openLibrary();
  books = library.repositories.of(Book);
  author = await anAuthor(library);
});
afterAll(() => library.close());

const titled = (title: string, input: Partial<EntityInput<Book>> = {}) =>
  books.create(BookSummary, { title, authorUuid: author.uuid, ...input });
const titles = Array.from({ length: 20 }, (_, index) => `Book ${index}`);
const rolledBack = new Error('rolled back');

async function countBooks(): Promise<number> {
  const [row] = await sql(library, 'SELECT count(*)::integer AS count FROM books');
  return row!['count'] as number;
}

describe('entities created in the same turn', () => {
  test('share one INSERT, and each caller gets its own view', async () => {
    let created: BookSummary[] = [];
    const texts = await statementsOf(library, async () => {
      created = await Promise.all(titles.map((title) => titled(title)));
    });
    expect(created.map(({ title }) => title)).toEqual(titles);
    expect(texts.filter((text) => text.includes('INSERT'))).toHaveLength(1);
    const { items, missing } = await books.many(
      BookSummary,
      created.map(({ uuid }) => uuid),
    );
    expect({ items, missing }).toEqual({ items: created, missing: [] });
  });

  test('are created although one is refused with an error about its own property', async () => {
    const before = await countBooks();
    const outcomes = await Promise.allSettled([
      ...titles.map((title) => titled(title)),
      titled('nobody', { authorUuid: randomUUID() as never }),
      titled('x'.repeat(201)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...titles.map(() => 'fulfilled'),
      ...['rejected', 'rejected'],
    ]);
    expect(outcomes.at(-2)).toMatchObject({
      reason: { code: 'missing_reference', details: { errors: [{ pointer: '/authorUuid' }] } },
    });
    expect(outcomes.at(-1)).toMatchObject({ reason: { code: 'rule_violated' } });
    expect(await countBooks()).toBe(before + titles.length);
  });

  test('do not both get the same public id', async () => {
    const uuid = randomUUID() as never;
    const outcomes = await Promise.allSettled([titled('a', { uuid }), titled('b', { uuid })]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'conflict', details: { errors: [{ pointer: '/uuid' }] } },
    });
  });

  test('do not wait for a lock that only one of them needs', async () => {
    const locked = await anAuthor(library);
    const holder = new pg.Client({ connectionString: library.url });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM press.authors WHERE public_key = $1 FOR UPDATE', [
      locked.uuid,
    ]);
    const waiting = titled('waits', { authorUuid: locked.uuid });
    const others = Promise.all(titles.map((title) => titled(title)));
    const first = await Promise.race([
      waiting.then(() => 'the one that waits'),
      others.then(() => 'the others'),
      setTimeout(20_000, 'nobody', { ref: false }),
    ]);
    await holder.query('ROLLBACK');
    await holder.end();
    expect(first).toBe('the others');
    expect((await waiting).title).toBe('waits');
  });

  test('belong to the transaction of their caller, and are undone with it', async () => {
    const before = await countBooks();
    const work = library.database.transaction(async () => {
      await Promise.all(titles.map((title) => titled(title)));
      throw rolledBack;
    });
    await expect(work).rejects.toBe(rolledBack);
    expect(await countBooks()).toBe(before);
  });

  test('take one statement and no transaction when there is only one', async () => {
    expect(await statementsOf(library, () => titled('alone'))).toHaveLength(1);
  });
});
