import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { EdgeOptions } from 'nest-dual-id/edge';
import type { Api } from '../../support/api.js';
import { libraryEntities } from '../../support/library/library.entities.js';
import type { Library } from '../../support/library/library.js';
import { openLibrary } from '../../support/library/library.js';
import { startEdge } from './edge-api.js';

let library: Library;
let api: Api | undefined;
beforeAll(async () => {
  library = await openLibrary();
});
afterEach(() => api?.close());
afterAll(() => library.close());

async function start(options: EdgeOptions = {}): Promise<Api> {
  return (api = await startEdge({ url: library.url, entities: libraryEntities }, options));
}

const shop = 'https://shop.example';
const ask = (method: string, origin: string, headers: Record<string, string> = {}) =>
  api!.ask(method, '/things', { headers: { origin, ...headers } });
const preflight = (origin: string) =>
  ask('OPTIONS', origin, { 'access-control-request-method': 'POST' });

describe('the security headers', () => {
  test('of every response allow a browser nothing', async () => {
    await start();
    for (const path of ['/things', '/nowhere', '/things/failing', '/things/mine', '/things?id=7']) {
      const { headers } = await api!.get(path);
      expect(headers['content-security-policy']).toBe(
        "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
      );
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-frame-options']).toBe('DENY');
      expect(headers).not.toHaveProperty('strict-transport-security');
      expect(headers).not.toHaveProperty('x-powered-by');
    }
  });

  test('leave a page its own policy', async () => {
    await start();
    const { headers } = await api!.get('/things/page');
    expect(headers['content-security-policy']).toBe("default-src 'self'");
  });

  test.each([
    [true, 'max-age=31536000'],
    [{ maxAge: 60, includeSubDomains: true }, 'max-age=60; includeSubDomains'],
  ])('with hsts %j send it', async (hsts, expected) => {
    await start({ headers: { hsts } });
    expect((await api!.get('/things')).headers['strict-transport-security']).toBe(expected);
  });
});

describe('CORS', () => {
  test('is closed by default', async () => {
    await start();
    const answers = [await ask('GET', shop), await preflight(shop)];
    for (const { headers } of answers) {
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });

  test('is open for exact origins, also when a request is refused', async () => {
    const limits = { address: { max: 1, window: 3_600_000 } };
    await start({ cors: { origins: [shop], credentials: true }, limits });
    const asked = await preflight(shop);
    expect(asked.status).toBe(204);
    expect(asked.headers['access-control-allow-origin']).toBe(shop);
    const refused = await ask('GET', shop);
    expect([(await ask('GET', shop)).status, refused.status]).toEqual([429, 204]);
    const { headers, status } = await ask('GET', shop);
    expect([status, headers['access-control-allow-origin']]).toEqual([429, shop]);
    expect(headers['access-control-expose-headers']).toContain('Retry-After');
  });

  test.each(['https://shop.example.evil.example', 'https://evil.example', 'null'])(
    'is not open for %s',
    async (origin) => {
      await start({ cors: { origins: [shop, 'https://other.example'] } });
      expect((await ask('GET', origin)).headers).not.toHaveProperty('access-control-allow-origin');
    },
  );

  test.each([
    [['*'], true],
    [['*', shop], false],
    [[`${shop}/`], false],
    [['shop.example'], false],
    [['null'], false],
  ])('does not start for the origins %j with credentials %s', async (origins, credentials) => {
    api = undefined;
    await expect(start({ cors: { origins, credentials } })).rejects.toMatchObject({
      code: 'setup_refused',
    });
  });

  test('may be open for everyone, without credentials', async () => {
    await start({ cors: { origins: ['*'] } });
    const { headers } = await ask('GET', 'https://anyone.example');
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
  });
});
