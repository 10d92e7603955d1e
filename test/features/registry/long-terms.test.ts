import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RegistrySearch } from 'nest-dual-id/registry';
import type { SearchRequest } from 'nest-dual-id/registry';
import { noise } from '../../support/noise.js';
import type { Campaigns } from './campaigns.js';
import { campaigns } from './campaigns.js';

let service: Campaigns;
let search: RegistrySearch;
beforeAll(async () => {
  service = await campaigns();
  search = service.app.get(RegistrySearch);
});
afterAll(() => service.stop());

const find = async (q: string, more: Partial<SearchRequest> = {}) =>
  (await search.search({ q, ...more })).items.map(({ name, match }) => [match, name]);

describe('a record with a very long name', () => {
  test('is stored whole, and found by the beginning of its name and by its words', async () => {
    const name = `Quarterly ${noise(9000)}`;
    await service.records.create({ type: 'pattern', name });
    expect(await find(name)).toEqual([['exact', name]]);
    expect(await find(`quarterly ${noise(9000).slice(0, 40)}`)).toEqual([['prefix', name]]);
    expect(await find(noise(9000).slice(0, 40), { match: 'words' })).toEqual([['words', name]]);
    expect(await find('quarterli', { match: 'similar' })).toEqual([['similar', name]]);
  });

  test.each([3000, 20_000])('of %s letters is refused if names are unique', async (length) => {
    const refused = {
      code: 'rule_violated',
      details: { errors: [{ pointer: '/name', detail: 'is too long' }] },
    };
    const { records } = service;
    const input = { type: 'tag', name: noise(length) };
    await expect(records.create(input)).rejects.toMatchObject(refused);
    await expect(records.createMany([input])).rejects.toMatchObject(refused);
    await expect(records.getOrCreate(input)).rejects.toMatchObject(refused);
    const { uuid } = await records.create({ type: 'tag', name: `short ${length}` });
    await expect(records.update(uuid, { name: input.name })).rejects.toMatchObject(refused);
  });
});

const terms = [
  ...'&|!\'"\\%_$*()<>.,;:?#/^`~=+-',
  ':*',
  "'':*",
  '\\',
  '<->',
  'a <-> b',
  "a' | 'b",
  String.raw`a\' | b`,
  '   ',
  '\u0001',
  '\u00a0',
  '\u200b',
  '\u0301',
  '\ud800',
  '😀',
  '😀'.repeat(50),
  'e\u0301'.repeat(100),
  'İ',
  'ﬀ',
  '’',
  '\u3316'.repeat(200),
  '\ufdfa'.repeat(200),
  '中'.repeat(200),
  Array.from({ length: 66 }, (_, index) => `a${index}`).join(' '),
  noise(200),
  noise(100_000),
];

describe('a term', () => {
  beforeAll(async () => {
    // Long words with the same beginning, more than fit into a query of words.
    const inputs = Array.from({ length: 90 }, (_, index) => ({
      type: 'pattern',
      name: `abcd${index}x${noise(1900)}`,
    }));
    await service.records.createMany(inputs);
  });

  test.each(terms)('of any characters gets a result: %j', async (term) => {
    for (const match of [undefined, 'exact', 'prefix', 'words', 'similar'] as const) {
      const { items } = await search.search({ q: term, match });
      expect(Array.isArray(items)).toBe(true);
    }
    expect(Array.isArray(await search.typeahead(term))).toBe(true);
  });

  test('of punctuation alone has no words, but is the beginning of a name', async () => {
    await service.records.create({ type: 'pattern', name: '& more' });
    expect(await find('&', { match: 'words' })).toEqual([]);
    expect(await find('&')).toEqual([['prefix', '& more']]);
  });

  test('that is the beginning of a hundred long words finds their names', async () => {
    const { items } = await search.search({ q: 'abcd', limit: 100 });
    expect(items).toHaveLength(90);
    const beginnings = ['abcd1', 'abcd2', 'abcd', 'abcd7', 'abcd8'].join(' ');
    expect(await find(beginnings, { match: 'words' })).toEqual([]);
  });
});
