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

const patch = (ifMatch?: string) =>
  library.api.ask('PATCH', path, {
    body: { title: 'Changed' },
    headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
  });

describe('Location', () => {
  test('of a 201 is the address of the view', async () => {
    const body = { title: 'New', authorUuid: book.authorUuid };
    const { status, headers, json } = await library.api.ask('POST', '/books', { body });
    expect(status).toBe(201);
    expect(headers.location).toBe(`/books/${String(json['uuid'])}`);
    expect((await library.api.get(headers.location!)).json).toEqual(json);
    expect(showsInternalId(JSON.stringify(headers))).toBe(false);
  });

  test('is only on a 201', async () => {
    expect((await library.api.get(path)).headers.location).toBeUndefined();
    const refused = await library.api.ask('POST', '/books', { body: {} });
    expect(refused.headers.location).toBeUndefined();
  });
});

describe('ETag', () => {
  test('is the version of the view, and moves with every change', async () => {
    expect((await library.api.get(path)).headers.etag).toBe('"1"');
    expect((await patch()).headers.etag).toBe('"2"');
    expect((await library.api.get(path)).headers.etag).toBe('"2"');
    expect((await library.api.get('/books')).headers.etag).toBeUndefined();
  });

  test('is absent where the entity keeps no version', async () => {
    await library.dataSource.query(`INSERT INTO genres (slug, name) VALUES ('noir', 'Noir')`);
    const { status, headers } = await library.api.get('/genres/noir');
    expect([status, headers.etag]).toEqual([200, undefined]);
  });
});

describe('If-Match', () => {
  test('lets a change through at its version, and any with *', async () => {
    const { headers } = await library.api.get(path);
    expect((await patch(headers.etag)).status).toBe(200);
    expect((await patch('*')).status).toBe(200);
    expect((await patch(' * ')).status).toBe(200);
  });

  test('of an older version is 412 and tells the current one', async () => {
    const current = (await library.api.get(path)).headers.etag!;
    const { status, headers, json } = await patch('"1"');
    expect([status, json['code']]).toEqual([412, 'version_mismatch']);
    expect(headers.etag).toBe(current);
    expect(`"${String(json['currentVersion'])}"`).toBe(current);
    expect((await library.api.ask('DELETE', path, { headers: { 'if-match': '"1"' } })).status).toBe(
      412,
    );
  });

  test.each(['1', 'W/"1"', '"1", "2"', '""', '"x"', '"-1"', '"1.0"', '"9999999999999999"', '"1"x'])(
    '%s is refused as none of this API',
    async (tag) => {
      const { status, json } = await patch(tag);
      expect([status, json['code']]).toEqual([400, 'invalid_header']);
      expect(json['errors']).toEqual([expect.objectContaining({ header: 'If-Match' })]);
    },
  );

  test('accepts every version an integer can hold', async () => {
    await library.dataSource.query('UPDATE books SET version = 2147483646');
    expect((await library.api.get(path)).headers.etag).toBe('"2147483646"');
    expect((await patch('"2147483646"')).headers.etag).toBe('"2147483647"');
    expect((await patch('"2147483648"')).status).toBe(412);
  });
});

describe('HEAD', () => {
  test('answers as GET does, without the body', async () => {
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
