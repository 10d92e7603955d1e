import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DualIdRepository } from 'nest-dual-id';
import { Book } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { anAuthor, openLibrary, sql, statementsOf } from '../../support/library/library.js';
import { BookSummary, BookView } from '../../support/library/library.views.js';

let library: Library;
let books: DualIdRepository<Book>;
let known: BookSummary[];
/** All hundred, sixteen per statement. */
const sharedByAll = 7;
beforeAll(async () => {
  library = await openLibrary();
  books = library.repositories.of(Book);
  const authors = [await anAuthor(library), await anAuthor(library)];
  const inputs = Array.from({ length: 100 }, (_, index) => ({
    title: `Book ${index}`,
    authorUuid: authors[index % 2]!.uuid,
  }));
  known = await books.createMany(BookSummary, inputs);
});
afterAll(() => library.close());

describe('reads that arrive in the same turn', () => {
  test('share statements, and each gets its own view', async () => {
    const shuffled = known.toSorted(() => Math.random() - 0.5);
    const texts = await statementsOf(library, async () => {
      const read = await Promise.all(shuffled.map(({ uuid }) => books.get(BookSummary, uuid)));
      expect(read).toEqual(shuffled);
    });
    expect(texts).toHaveLength(sharedByAll);
  });

  test('share them only with reads of their own view', async () => {
    const texts = await statementsOf(library, () =>
      Promise.all(
        known.flatMap(({ uuid }) => [books.get(BookSummary, uuid), books.get(BookView, uuid)]),
      ),
    );
    expect(texts).toHaveLength(2 * sharedByAll);
  });

  test('share a statement under different parents, and are distinguished', async () => {
    const read = () =>
      Promise.all(
        known.map(({ uuid }, index) => {
          const author = known[index < 50 ? index : index + 1]?.authorUuid ?? randomUUID();
          return books.find(BookSummary, uuid, { author });
        }),
      );
    let found: (BookSummary | undefined)[] = [];
    const texts = await statementsOf(library, async () => {
      found = await read();
    });
    expect(texts).toHaveLength(sharedByAll);
    expect(found).toEqual([...known.slice(0, 50), ...Array<undefined>(50)]);
  });

  test('of missing rows delay nobody', async () => {
    const odd = ['', 'x', randomUUID(), undefined] as never[];
    const reads = [...odd, known[0]!.uuid].map((uuid) => books.find(BookSummary, uuid));
    expect(await Promise.all(reads)).toEqual([...Array<undefined>(4), known[0]]);
  });

  test('query once for a deleted or unknown id however many ask', async () => {
    const uuid = randomUUID() as never;
    const texts = await statementsOf(library, () =>
      Promise.allSettled(known.map(() => books.get(BookSummary, uuid))),
    );
    expect(texts).toHaveLength(2);
  });

  test('fail together, and the next ones work', async () => {
    await sql(library, 'ALTER TABLE books RENAME TO lost');
    const outcomes = await Promise.allSettled(
      known.slice(0, 5).map(({ uuid }) => books.get(BookSummary, uuid)),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
    await sql(library, 'ALTER TABLE lost RENAME TO books');
    expect(await books.get(BookSummary, known[0]!.uuid)).toEqual(known[0]);
  });

  test('of a single id compare it with =, so that their plan is kept', async () => {
    const read = () => books.get(BookSummary, known[0]!.uuid);
    const texts = await statementsOf(library, async () => {
      await read();
      await library.database.transaction(read);
    });
    const look = texts.filter((text) => text.startsWith('SELECT'));
    expect(look.map((text) => text.slice(-'"uuid" = $1'.length))).toEqual(
      Array(2).fill('"uuid" = $1'),
    );
  });
});
