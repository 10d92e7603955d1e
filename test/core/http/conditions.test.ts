import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ServedLibrary } from '../../support/library/library.api.js';
import { serveLibrary } from '../../support/library/library.api.js';
import { aBook, anAuthor } from '../../support/library/library.js';
import type { BookSummary } from '../../support/library/library.views.js';

let library: ServedLibrary;
let book: BookSummary;
let path: string;
beforeAll(async () => {
  library = await serveLibrary();
});
beforeEach(async () => {
  book = await aBook(library, (await anAuthor(library)).uuid);
  path = `/books/${book.uuid}`;
});
afterAll(() => library.close());

const nobody = '/books/0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e';
const ask = (method: string, headers: Record<string, string> = {}, address = path) =>
  library.api.ask(method, address, { headers });
const patch = (ifMatch?: string, address = path) =>
  library.api.ask('PATCH', address, {
    body: { title: 'Changed' },
    headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
  });
const tagOf = async (address = path) => (await ask('GET', {}, address)).headers.etag!;
const titleOf = async () => (await ask('GET')).body.title;

describe('ETag', () => {
  test('is the version and a hash of the representation, and equal for equal responses', async () => {
    const tag = await tagOf();
    expect(tag).toMatch(/^"1-[\w-]{16}"$/);
    expect(await tagOf()).toBe(tag);
    expect((await patch()).headers.etag).toMatch(/^"2-/);
    expect(await tagOf()).toMatch(/^"2-/);
    expect((await library.api.get('/books')).headers.etag).toBeUndefined();
  });

  test('changes when a nested part of the response changes but the version does not', async () => {
    const tag = await tagOf();
    await library.dataSource.query(`UPDATE press.authors SET name = 'Renamed'`);
    const after = await tagOf();
    expect(after).toMatch(/^"1-/);
    expect(after).not.toBe(tag);
    expect((await ask('GET', { 'if-none-match': tag })).status).toBe(200);
    expect((await patch(tag)).status).toBe(200);
  });

  test('is absent if the entity has no version, and from refusals', async () => {
    await library.dataSource.query(`INSERT INTO genres (slug, name) VALUES ('noir', 'Noir')`);
    const { status, headers } = await library.api.get('/genres/noir');
    expect([status, headers.etag]).toEqual([200, undefined]);
    expect((await library.api.get(nobody)).headers.etag).toBeUndefined();
  });

  test('of HEAD is that of GET', async () => {
    expect((await ask('HEAD')).headers.etag).toBe(await tagOf());
  });
});

describe('If-Match', () => {
  test('allows a change at its version, whatever was shown with it, and any with *', async () => {
    expect((await patch(await tagOf())).status).toBe(200);
    expect((await patch('"2-anything"')).status).toBe(200);
    expect((await patch('"3"')).status).toBe(200);
    expect((await patch('*')).status).toBe(200);
    expect((await patch(' * ')).status).toBe(200);
  });

  test.each(['"7-a", "1-b"', '"foreign" , "1-b"', ',, "1-b",', 'W/"1-a", "1-b"', '"a,b","1"'])(
    '%s allows a change, because one of the list is the version',
    async (tags) => expect((await patch(tags)).status).toBe(200),
  );

  test.each([
    ...['"7-a"', '"01"', '"01-a"', '""', '"x"', '"-1"', '"1.0"', '"9999999999999999"'],
    ...['W/"1"', 'W/"1-a", "2"', '"foreign", "8"', '"\u00e4"', '"1,2"', ','],
  ])('%s is 412, because none of its tags is the version, and changes nothing', async (tag) => {
    const before = await titleOf();
    const { status, headers, body } = await patch(tag);
    expect([status, body.code, body.currentVersion]).toEqual([412, 'version_mismatch', 1]);
    expect(headers.etag).toBeUndefined();
    expect((await ask('DELETE', { 'if-match': tag })).status).toBe(412);
    expect(await titleOf()).toBe(before);
  });

  test.each([
    '1',
    '"1"x',
    '"1" "2"',
    '*, "1"',
    'w/"1"',
    '"1',
    "'1'",
    '"1", 2',
    '"1 "',
    '"1, 2"',
    ', '.repeat(5000) + 'x',
  ])('%.20s is 400, because it is not a list of tags', async (tag) => {
    for (const [method, name, header] of [
      ['PATCH', 'if-match', 'If-Match'],
      ['GET', 'if-match', 'If-Match'],
      ['GET', 'if-none-match', 'If-None-Match'],
      ['PATCH', 'if-none-match', 'If-None-Match'],
    ] as const) {
      const change = method === 'PATCH' ? { title: 'Changed' } : undefined;
      const { status, body } = await library.api.ask(method, path, {
        body: change,
        headers: { [name]: tag },
      });
      expect([status, body.code]).toEqual([400, 'invalid_header']);
      expect(body.errors).toEqual([expect.objectContaining({ header })]);
    }
    const created = { body: { name: 'New', city: 'Rome' }, headers: { 'if-match': tag } };
    expect((await library.api.ask('POST', '/authors', created)).status).toBe(400);
  });

  test('accepts every version an integer can hold', async () => {
    await library.dataSource.query('UPDATE books SET version = 2147483646');
    expect(await tagOf()).toMatch(/^"2147483646-/);
    expect((await patch('"2147483646"')).headers.etag).toMatch(/^"2147483647-/);
    expect((await patch('"2147483648"')).status).toBe(412);
  });

  test('on a read is 412 for another version, and holds for the current one', async () => {
    for (const method of ['GET', 'HEAD']) {
      expect((await ask(method, { 'if-match': '"1-x"' })).status).toBe(200);
      expect((await ask(method, { 'if-match': '*' })).status).toBe(200);
      expect((await ask(method, { 'if-match': '"2"' })).status).toBe(412);
    }
    const { body, headers } = await ask('GET', { 'if-match': '"2"' });
    expect(body).toMatchObject({ code: 'version_mismatch', currentVersion: 1 });
    expect(headers['content-type']).toMatch('application/problem+json');
    expect((await ask('GET', { 'if-match': '"1"' }, '/books')).status).toBe(412);
  });

  test('on a missing resource is 404, because there is no version to compare', async () => {
    expect((await patch('"1"', nobody)).status).toBe(404);
    expect((await ask('GET', { 'if-match': '"1"' }, nobody)).status).toBe(404);
  });

  test('on a route that reads no version is 412, and * passes', async () => {
    const create = (tag: string) =>
      library.api.ask('POST', '/authors', {
        body: { name: 'Conditional', city: 'Rome' },
        headers: { 'if-match': tag },
      });
    expect((await create('"1"')).body.code).toBe('version_mismatch');
    expect((await create('*')).status).toBe(201);
    const rows: unknown[] = await library.dataSource.query(
      `SELECT 1 FROM press.authors WHERE name = 'Conditional'`,
    );
    expect(rows).toHaveLength(1);
  });
});

describe('If-None-Match', () => {
  test('that matches the response is 304 without a body, for GET and HEAD', async () => {
    const tag = await tagOf();
    for (const condition of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      for (const method of ['GET', 'HEAD']) {
        const { status, headers, text } = await ask(method, { 'if-none-match': condition });
        expect([status, text, headers.etag]).toEqual([304, '', tag]);
      }
    }
    const { headers } = await ask('GET', { 'if-none-match': tag });
    expect(headers['content-type']).toBeUndefined();
    expect(headers['content-length']).toBeUndefined();
  });

  test('that names another response of the same version is 200 with the whole body', async () => {
    const { status, body } = await ask('GET', { 'if-none-match': '"1", "1-other", "foreign"' });
    expect([status, body.uuid]).toEqual([200, book.uuid]);
  });

  test('is checked after If-Match, and not for a request refused anyway', async () => {
    const tag = await tagOf();
    const both = { 'if-match': '"2"', 'if-none-match': tag };
    expect((await ask('GET', both)).status).toBe(412);
    expect((await ask('GET', { 'if-none-match': '*' }, nobody)).status).toBe(404);
    expect((await ask('GET', { 'if-none-match': '*' }, '/books/42')).status).toBe(400);
  });

  test.each(['*', '"1-x"', 'W/"1"'])(
    '%s on a change is 412 for an existing resource, and 404 for a missing one',
    async (condition) => {
      const change = (address: string) =>
        library.api.ask('PATCH', address, {
          body: { title: 'Changed' },
          headers: { 'if-none-match': condition },
        });
      expect((await change(path)).status).toBe(412);
      expect((await change(nobody)).status).toBe(404);
      expect(await titleOf()).toBe(book.title);
    },
  );

  test('* on a creating request is 412, and foreign tags let one through', async () => {
    const create = (condition: string) =>
      library.api.ask('POST', '/books', {
        body: { title: 'New', authorUuid: book.authorUuid },
        headers: { 'if-none-match': condition },
      });
    expect((await create('*')).status).toBe(412);
    expect((await create('"foreign"')).status).toBe(201);
  });
});
