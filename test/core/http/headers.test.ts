import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ServedLibrary } from '../../support/library/library.api.js';
import { serveLibrary } from '../../support/library/library.api.js';
import { aBook, anAuthor } from '../../support/library/library.js';
import { showsInternalId } from '../../support/library/library.tables.js';
import type { BookSummary } from '../../support/library/library.views.js';

let library: ServedLibrary;
let book: BookSummary;
let path: string;
beforeAll(async () => {
  library = await serveLibrary();
  book = await aBook(library, (await anAuthor(library)).uuid);
  path = `/books/${book.uuid}`;
});
afterAll(() => library.close());

describe('Location', () => {
  test('of a 201 is the address of the view', async () => {
    const input = { title: 'New', authorUuid: book.authorUuid };
    const { status, headers, body } = await library.api.ask('POST', '/books', { body: input });
    expect(status).toBe(201);
    expect(headers.location).toBe(`/books/${String(body.uuid)}`);
    expect((await library.api.get(headers.location!)).body).toEqual(body);
    expect(showsInternalId(JSON.stringify(headers))).toBe(false);
  });

  test('is only on a 201', async () => {
    expect((await library.api.get(path)).headers.location).toBeUndefined();
    const refused = await library.api.ask('POST', '/books', { body: {} });
    expect(refused.headers.location).toBeUndefined();
  });
});

describe('HEAD', () => {
  test('responds as GET does, without the body', async () => {
    const get = await library.api.get(path);
    const head = await library.api.ask('HEAD', path);
    expect([head.status, head.text]).toEqual([200, '']);
    for (const name of ['etag', 'content-type', 'content-length']) {
      expect(head.headers[name]).toBe(get.headers[name]);
    }
    expect((await library.api.ask('HEAD', '/books/42')).status).toBe(400);
    expect((await library.api.ask('HEAD', '/books?id=1')).status).toBe(400);
  });
});
