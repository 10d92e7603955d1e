import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Api } from '../../support/api.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { startEdge } from './edge-api.js';

let library: Library;
let api: Api;
beforeAll(async () => {
  library = await openLibrary();
  // A process always uses more than one byte; it is measured once a second.
  const parts = { url: library.url, entities: libraryEntities };
  api = await startEdge(parts, { pressure: { maxRssBytes: 1, retryAfter: 7 } });
});
afterAll(async () => {
  await api.close();
  await library.close();
});

test('a process under pressure refuses requests as overloaded, and still reports its health', async () => {
  let refused = await api.get('/things');
  while (refused.status !== 503) refused = await api.get('/things');
  expect(refused.body.code).toBe('overloaded');
  expect(refused.headers['retry-after']).toBe('7');
  expect(refused.headers['content-security-policy']).toContain("default-src 'none'");
  expect((await api.get('/nowhere')).status).toBe(503);
  expect((await api.get('/health/live')).status).toBe(200);
});
