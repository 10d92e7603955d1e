import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { anAuthor, openLibrary } from '../../support/library/library.js';
import { showsInternalId } from '../../support/library/library.tables.js';
import { CarelessController } from './careless.controller.js';

let library: Library;
let api: Api;
beforeAll(async () => {
  library = await openLibrary();
  await anAuthor(library);
  const controllers = [CarelessController];
  api = await startApi({ url: library.url, entities: libraryEntities, controllers });
});
afterAll(async () => {
  await api.close();
  await library.close();
});

const shown = ['uuid', 'name', 'city', 'postalCode'];

describe('a response', () => {
  test.each([
    ['GET', '/entity', 200],
    ['GET', '/instance', 200],
    ['GET', '/row', 200],
    ['POST', '/created', 201],
    ['POST', '/accepted', 202],
    ['GET', '/choices', 300],
  ])('%s %s holds what its view declares, and nothing else', async (method, path, status) => {
    const answer = await api.ask(method, path);
    expect(answer.status).toBe(status);
    expect(Object.keys(answer.body)).toEqual(shown);
    expect(showsInternalId(answer.text)).toBe(false);
  });

  test('of a page holds items and a cursor', async () => {
    const { body, text } = await api.get('/page');
    expect(Object.keys(body)).toEqual(['items', 'nextCursor']);
    expect(Object.keys((body.items as object[])[0]!)).toEqual(shown);
    expect(text).not.toContain('7700000');
  });

  test('of a custom schema holds what it declares at every depth', async () => {
    expect((await api.get('/names')).body).toEqual({
      name: 'Ada',
      all: [{ name: 'Ada' }, { name: 'Ada' }],
    });
  });

  test('declared as empty is empty', async () => {
    const { status, text } = await api.get('/nothing');
    expect([status, text]).toEqual([204, '']);
  });

  test.each(['/unfit', '/number', '/error', '/missing'])(
    '%s that is not a view is a 500',
    async (path) => {
      const { status, body, text } = await api.get(path);
      expect([status, body.code]).toEqual([500, 'internal']);
      expect(text).not.toContain('7700000');
      expect(text).not.toContain('broken');
    },
  );

  test('marked as unshaped is sent as is', async () => {
    expect((await api.get('/own')).text).toBe('as I like');
  });
});
