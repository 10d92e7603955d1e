import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestShop } from '../support/shop.js';
import { testShop } from '../support/shop.js';

let shop: TestShop;
beforeAll(async () => {
  shop = await testShop();
});
afterAll(() => shop.stop());

const read = (path: string) => fetch(`${shop.url}${path}`);
const filesOf = (html: string) =>
  [...html.matchAll(/ (?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path!);

describe('the page of the API description', () => {
  test('may run its own files and ask its own API, and stands in no frame', async () => {
    const { headers } = await read('/docs');
    const policy = headers.get('content-security-policy')!.split('; ');
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
      ]),
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('has no script of its own text', async () => {
    const html = await (await read('/docs')).text();
    expect(html).not.toMatch(/<script(?! src=)|<style|style=|\son\w+=|https?:/);
  });

  test('is asked for each time, and its large files once a version', async () => {
    const page = await read('/docs');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const paths = filesOf(await page.text());
    expect(paths).toHaveLength(3);
    for (const path of paths) {
      const { status, headers } = await read(path);
      const bytes = (await (await read(path)).arrayBuffer()).byteLength;
      expect([path, status]).toEqual([path, 200]);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      const isVersioned = /\/\d+\.\d+\.\d+\//.test(path);
      expect(isVersioned).toBe(bytes > 100_000);
      expect(headers.get('cache-control')).toBe(
        isVersioned ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    }
  });

  test('reads a description that no browser takes for a page', async () => {
    const { headers } = await read('/openapi.json');
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-cache');
  });
});
