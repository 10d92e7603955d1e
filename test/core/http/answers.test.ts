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

describe('an answer', () => {
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
    expect(Object.keys(answer.json)).toEqual(shown);
    expect(showsInternalId(answer.text)).toBe(false);
  });

  test('of a page holds items and a cursor', async () => {
    const { json, text } = await api.get('/page');
    expect(Object.keys(json)).toEqual(['items', 'nextCursor']);
    expect(Object.keys((json['items'] as object[])[0]!)).toEqual(shown);
    expect(text).not.toContain('7700000');
  });

  test('of a schema of one’s own holds what it declares at every depth', async () => {
    expect((await api.get('/names')).json).toEqual({
      name: 'Ada',
      all: [{ name: 'Ada' }, { name: 'Ada' }],
    });
  });

  test('that is declared to be nothing is nothing', async () => {
    const { status, text } = await api.get('/nothing');
    expect([status, text]).toEqual([204, '']);
  });

  test.each(['/unfit', '/number', '/error', '/missing'])(
    '%s that is no view is a 500',
    async (path) => {
      const { status, json, text } = await api.get(path);
      expect([status, json['code']]).toEqual([500, 'internal']);
      expect(text).not.toContain('7700000');
      expect(text).not.toContain('broken');
    },
  );

  test('that is marked as unshaped goes out as it is', async () => {
    expect((await api.get('/own')).text).toBe('as I like');
  });
});
