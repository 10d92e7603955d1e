import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testWhere } from '../support/conditions.js';
import type { TestShop } from '../support/shop.js';
import { testShop } from '../support/shop.js';

let shop: TestShop;
beforeAll(async () => {
  shop = await testShop();
});
afterAll(() => shop.stop());

const read = (path: string) => shop.ask('GET', path);
const filesOf = (html: string) =>
  [...html.matchAll(/ (?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path!);

const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const inBrowser = testWhere(existsSync(chromium), 'browser');

describe('the page of the API description', () => {
  test('may run its own files and call its own API, and cannot be framed', async () => {
    const { headers } = await read('/docs');
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
      ]),
    );
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  test('has no script of its own text', async () => {
    const { text } = await read('/docs');
    expect(text).not.toMatch(/<script(?! src=)|<style|style=|\son\w+=|https?:/);
  });

  test('is requested each time, and its large files once per version', async () => {
    const page = await read('/docs');
    expect(page.headers['cache-control']).toBe('no-cache');
    const paths = filesOf(page.text);
    expect(paths).toHaveLength(3);
    for (const path of paths) {
      const { status, headers, text } = await read(path);
      expect([path, status]).toEqual([path, 200]);
      expect(headers['x-content-type-options']).toBe('nosniff');
      const isVersioned = /\/\d+\.\d+\.\d+\//.test(path);
      expect(isVersioned).toBe(text.length > 100_000);
      expect(headers['cache-control']).toBe(
        isVersioned ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    }
  });

  test('reads a description that no browser treats as a page', async () => {
    const { headers } = await read('/openapi.json');
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toBe('no-cache');
  });

  inBrowser(
    'breaks none of its own rules in a browser, where operations can be tried with a key',
    async () => {
      const visitor = fileURLToPath(new URL('visit-documentation.js', import.meta.url));
      const env = { ...process.env, NODE_OPTIONS: '' };
      const key = shop.authorization['authorization']!.replace('Bearer ', '');
      const words = [visitor, chromium, shop.url, key];
      const { stdout } = await promisify(execFile)(process.execPath, words, { env });
      expect(JSON.parse(stdout)).toEqual({
        ...{ isPublic: '200', withoutKey: expect.stringMatching(/^401/), withKey: '200' },
        problems: [expect.stringContaining('401')],
        isKept: false,
      });
    },
    60_000,
  );
});
