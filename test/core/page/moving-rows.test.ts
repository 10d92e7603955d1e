import { afterAll, beforeEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page, PublicId } from 'nest-dual-id';
import { Author, Book } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { anAuthor, openLibrary, sql } from '../../support/library/library.js';
import { BookSummary } from '../../support/library/library.views.js';

let library: Library;
let authorUuid: PublicId<Author>;
beforeAll(async () => {
  library = await openLibrary();
  authorUuid = (await anAuthor(library)).uuid;
});
beforeEach(async () => {
  await sql(library, 'DELETE FROM books');
  await addBooks(Array.from({ length: 20 }, (_, index) => 10 * Math.floor(index / 4)));
});
afterAll(() => library.close());

async function addBooks(pages: number[]): Promise<void> {
  const inputs = pages.map((count) => ({ title: 'T', pages: count, authorUuid }));
  await library.repositories.of(Book).createMany(BookSummary, inputs);
}

function ask(after: string | undefined, descending: boolean): Promise<Page<BookSummary>> {
  const sort = [{ field: 'pages', descending }];
  const request = { limit: 3, after, sort, filters: {}, within: {} };
  return library.repositories.of(Book).page(BookSummary, request);
}

async function walk(descending: boolean, meanwhile: (page: Page<BookSummary>) => Promise<void>) {
  const seen: string[] = [];
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = await ask(after, descending);
    seen.push(...page.items.map(({ uuid }) => uuid));
    after = page.nextCursor ?? undefined;
    if (after) await meanwhile(page);
  }
  return seen;
}

async function allUuids(): Promise<string[]> {
  return (await sql(library, 'SELECT uuid FROM books')).map(({ uuid }) => uuid as string);
}

describe.each([
  ['ascending', false],
  ['descending', true],
])('rows that come and go between pages in %s order', (_order, descending) => {
  test('shift nothing when they are inserted', async () => {
    const before = await allUuids();
    const seen = await walk(descending, () => addBooks([0, 10, 25, 40]));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(before));
  });

  test('shift nothing when they are deleted, even the row the cursor was made from', async () => {
    const doomed = new Set<string>();
    const seen = await walk(descending, async ({ items }) => {
      const uuid = items.at(-1)!.uuid;
      doomed.add(uuid);
      await library.repositories.of(Book).remove(uuid);
    });
    expect(new Set(seen).size).toBe(20);
    expect(seen.filter((uuid) => !doomed.has(uuid)).toSorted()).toEqual(
      (await allUuids()).toSorted(),
    );
  });

  test('shift nothing when they move behind the cursor', async () => {
    const before = await allUuids();
    const far = descending ? -1 : 1000;
    let moved: string | undefined;
    const seen = await walk(descending, async ({ items }) => {
      moved ??= items[0]!.uuid;
      await sql(library, `UPDATE books SET pages = ${far} WHERE uuid = '${moved}'`);
    });
    expect(new Set(seen)).toEqual(new Set(before));
    expect(seen.filter((uuid) => uuid === moved)).toHaveLength(2);
  });
});
