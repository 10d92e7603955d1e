import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testWhere } from '../../support/conditions.js';
import { decoded, readUuid } from '../../../src/features/explorer/page/links.js';
import { aProduct } from '../../support/shop.js';
import type { Family } from '../relations/family.js';
import { family } from '../relations/family.js';

const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const visitor = fileURLToPath(new URL('visit.js', import.meta.url));
const names = ['ada', 'bob', 'cleo', 'dan', 'eve', 'finn', 'gus', 'alone'];
let people: Family;
beforeAll(async () => {
  people = await family(names);
  await people.relate('ada parent bob', 'ada parent cleo', 'dan parent ada', 'ada linked eve');
  await people.relate('bob owner finn', 'bob parent gus', 'cleo member dan', 'eve member finn');
  const productUuid = await aProduct(people.shop, 'Milk', '4.20');
  const order = { items: [{ productUuid, quantity: 1 }] };
  for (let count = 0; count < 2; count++) {
    const { body } = await people.shop.ask('POST', `/users/${people.of('ada')}/orders`, {
      body: order,
    });
    await people.relate(`ada owner ${body.uuid}`, `${body.uuid} linked ${productUuid}`);
  }
});
afterAll(() => people.stop());

const file = (path: string) => people.shop.ask('GET', path);

describe('the page', () => {
  test('may run its own files and call its own API, and nothing else', async () => {
    const { status, headers, text } = await file('/explorer');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(text).not.toMatch(/<script(?! type="module" src=)|<style|style=|\son\w+=|https?:/);
  });

  test('is left out of the API description', async () => {
    const { paths } = (await file('/openapi.json')).body;
    expect(Object.keys(paths)).toContain('/registry/entities');
    expect(Object.keys(paths).filter((path) => path.startsWith('/explorer'))).toEqual([]);
  });

  test('holds its worker to the same policy', async () => {
    const [page, worker] = [await file('/explorer'), await file('/explorer/quiet-worker.js')];
    const policy = 'content-security-policy';
    expect(worker.headers[policy]).toBe(page.headers[policy]);
  });

  test('loads only existing files, and all of them', async () => {
    const seen = new Map<string, string>();
    const follow = async (path: string): Promise<void> => {
      if (seen.has(path)) return;
      const { status, headers, text } = await file(`/explorer/${path}`);
      expect([path, status]).toEqual([path, 200]);
      expect(headers['x-content-type-options']).toBe('nosniff');
      seen.set(path, text);
      for (const [, name] of text.matchAll(/(?:from |URL\()'\.\/([^']+)'/g)) await follow(name!);
    };
    await follow('app.js');
    await follow('explorer.css');
    expect([...seen.keys()]).toContain('quiet-worker.js');
    expect([...seen.values()].join('')).not.toMatch(/innerHTML|sourceMappingURL|eval\(/);
    expect((await file('/explorer/page.js')).status).toBe(404);
    expect((await file('/explorer/..%2Findex.js')).status).toBe(404);
  });
});

test.each(['%', '%e0%a4', '%%41', 'a%'])('an address that ends in #%s opens nothing', (part) => {
  expect(decoded(part)).toBe(part);
  expect(readUuid(decoded(part))).toBeUndefined();
});

test('an address with an escaped public id opens the entity', () => {
  const uuid = people.of('ada');
  expect(readUuid(decoded(`%20${uuid.replaceAll('-', '%2D')}%20`))).toBe(uuid);
});

const here = existsSync(chromium);
const inBrowser = testWhere(here, 'browser');

describe('in Chromium', () => {
  interface Visit {
    readonly [what: string]: any;
  }
  let seen: Visit;
  beforeAll(async () => {
    if (!here) return;
    const pictures = process.env['EXPLORER_PICTURES'];
    const { url, authorization } = people.shop;
    const key = authorization['authorization']!;
    const words = [visitor, chromium, url, people.of('ada'), people.of('alone'), key];
    const env = { ...process.env, NODE_OPTIONS: '' };
    const options = { env, timeout: 150_000 };
    const args = pictures === undefined ? words : [...words, pictures];
    const { stdout } = await promisify(execFile)(process.execPath, args, options);
    seen = JSON.parse(stdout) as Visit;
  }, 160_000);

  inBrowser('an entity is opened by its public id, with the keyboard alone', () => {
    expect(seen['welcome']).toContain('Search for a name');
    const { hash, heading, address, skip, focus } = seen['opened'];
    const uuid = people.of('ada');
    expect(hash).toBe(`#${uuid}`);
    expect(heading).toBe(`user${uuid}`);
    expect(address).toBe(`/users/${uuid}`);
    expect(skip).toBe('Skip to the entity');
    expect(focus).toBe(`user${uuid}`);
  });

  inBrowser('entities are searched for by name, and opened by public id', () => {
    const [exact, slip, none] = seen['searched'];
    expect(exact.links[0]).toContain(people.of('ada'));
    expect(slip.links).toEqual([expect.stringContaining(people.of('cleo'))]);
    expect(none.links).toEqual([]);
    expect(none.text).toContain('Nothing is called “zzzz”.');
    expect(exact.text.replaceAll(/[0-9a-f-]{36}/g, '')).not.toMatch(/\d{6,}/);
  });

  inBrowser('its graph is drawn, and each node has a name to be read out', () => {
    const { nodes, edges, names: labels } = seen['opened'];
    expect(nodes).toBe(labels.length);
    expect(nodes).toBeGreaterThan(8);
    expect(edges).toContain('parent');
    expect(labels).toContain(`user ${people.of('bob')}, 1 step away`);
    expect(labels).toContain(`user ${people.of('gus')}, 2 steps away`);
  });

  inBrowser('its relations and what refers to it are listed', () => {
    const { relations, references } = seen['opened'];
    expect(relations).toBe(6);
    expect(references[0]).toContain('2 orderreference · through userUuid');
  });

  inBrowser('another entity is reached over the drawing', () => {
    const { target, hash, title } = seen['followed'];
    expect(hash).toBe(target);
    expect(title).toBe(`${hash.slice(1)} · Explorer`);
  });

  inBrowser('what is alone, unknown or out of reach is said in words', () => {
    expect(seen['empty']).toContain('It has no relations.');
    expect(seen['empty']).toContain('Nothing refers to it.');
    expect(seen['unknown'].join(' ')).toContain('Not found');
    expect(seen['offline'].join(' ')).toContain('The API does not respond.');
  });

  inBrowser('an address that cannot be decoded opens the empty page', () => {
    const [sign, cut, trailing, escaped] = seen['unreadable'];
    for (const text of [sign, cut, trailing]) expect(text).toContain('Search for a name');
    expect(escaped).toContain(people.of('alone'));
  });

  inBrowser('nothing breaks and no internal id shows', () => {
    expect(seen['problems']).toEqual([]);
    expect(seen['opened'].numbers).toEqual([]);
  });
});
