import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RegistrySearch } from 'nest-dual-id/registry';
import type { SearchRequest } from 'nest-dual-id/registry';
import type { Campaigns } from './campaigns.js';
import { campaigns } from './campaigns.js';

let service: Campaigns;
let search: RegistrySearch;
beforeAll(async () => {
  service = await campaigns();
  search = service.app.get(RegistrySearch);
  const tags = [
    'order:flow',
    'order::flow:v2',
    'orders',
    'Crème Brûlée',
    'reorder',
    'Flow, order!',
  ];
  for (const name of tags) await service.records.create({ type: 'tag', name });
  const patterns = [
    'Order:Flow',
    'ORDER::FLOW',
    '100% wool',
    '100 wool',
    'a_b',
    'acb',
    'Basilikum',
  ];
  for (const name of patterns) await service.records.create({ type: 'pattern', name });
});
afterAll(() => service.stop());

const find = async (q: string, more: Partial<SearchRequest> = {}) =>
  (await search.search({ q, ...more })).items.map(({ name, match }) => `${match} ${name}`);

describe('a search', () => {
  test('finds exact names first, then beginnings, words and similar words, the newest first', async () => {
    expect(await find('order:flow')).toEqual([
      'exact ORDER::FLOW',
      'exact Order:Flow',
      'exact order:flow',
      'prefix order::flow:v2',
      'words Flow, order!',
    ]);
  });

  test.each([
    ['case', 'BASILIKUM', 'exact Basilikum'],
    ['accents', 'creme brulee', 'exact Crème Brûlée'],
    ['accents of the term', 'CRÈME BRÛLÉE', 'exact Crème Brûlée'],
    ['repeated and trailing colons', ':Order:::Flow::v2:', 'exact order::flow:v2'],
    ['the order of words', 'brulee creme', 'words Crème Brûlée'],
    ['a slip of the pen', 'basilicum', 'similar Basilikum'],
  ])('ignores %s', async (_what, term, first) => {
    expect((await find(term))[0]).toBe(first);
  });

  test('treats a word of three letters as a beginning, among similar words too', async () => {
    const names = ['Kiwi Sorbet', 'Kibbeh Sorbet', 'Sorbet Kiwi', 'Kiw', 'Kix'];
    for (const name of names) await service.records.create({ type: 'pattern', name });
    expect(await find('kiw', { match: 'similar' })).toEqual([
      'exact Kiw',
      'prefix Kiwi Sorbet',
      'words Sorbet Kiwi',
    ]);
    expect(await find('kiw sorbett')).toEqual(['similar Sorbet Kiwi', 'similar Kiwi Sorbet']);
    expect(await find('sorbett')).toHaveLength(3);
  });

  test('covers all types, or one', async () => {
    const { items } = await search.search({ q: 'order:flow', match: 'exact' });
    expect(items.map(({ type }) => type)).toEqual(['pattern', 'pattern', 'tag']);
    expect(await find('order:flow', { type: 'tag', match: 'exact' })).toEqual(['exact order:flow']);
  });

  test('of an unknown type is refused by the name of the parameter', async () => {
    const refused = {
      code: 'invalid_query',
      details: { errors: [{ parameter: 'type', detail: 'is not a known type' }] },
    };
    await expect(find('order:flow', { type: 'nonsense' })).rejects.toMatchObject(refused);
    await expect(search.typeahead('ord', 'nonsense')).rejects.toMatchObject(refused);
  });

  test('treats wildcards, quotes and operators as text', async () => {
    expect(await find('100%', { match: 'prefix' })).toEqual(['prefix 100% wool']);
    expect(await find('a_b', { match: 'prefix' })).toEqual(['exact a_b']);
    for (const term of [
      `'`,
      `\\`,
      `!`,
      `a & b | !(c)`,
      `':*`,
      `x' OR '1`,
      `%`,
      `\u{1f600}`,
      `<->`,
    ]) {
      await expect(find(term)).resolves.toBeInstanceOf(Array);
    }
    expect(await find('::')).toEqual([]);
  });

  test('finds an entity by its public id', async () => {
    const { uuid } = await service.records.create({ type: 'pattern', name: 'By its id' });
    expect(await find(` ${uuid.toUpperCase()} `)).toEqual(['exact By its id']);
    expect(await find(uuid, { type: 'tag' })).toEqual([]);
  });

  test('finds neither deleted entities nor old names', async () => {
    const { uuid } = await service.records.create({ type: 'pattern', name: 'Ephemeral' });
    await service.records.update(uuid, { name: 'Renamed thing' });
    expect(await find('ephemeral')).toEqual([]);
    expect(await find('renamed thing')).toEqual(['exact Renamed thing']);
    await service.records.remove(uuid);
    expect(await find('renamed thing')).toEqual([]);
    expect(await find(uuid)).toEqual([]);
  });

  test('returns ten names for typeahead', async () => {
    const names = Array.from({ length: 25 }, (_, n) => ({ type: 'pattern', name: `typed ${n}` }));
    await service.records.createMany(names);
    expect(await search.typeahead('typ')).toHaveLength(10);
    expect(await search.typeahead('typ', 'tag')).toEqual([]);
    expect(await search.typeahead('o')).not.toHaveLength(0);
  });
});

describe('pages of a search', () => {
  test('show every match once, even if all have the same rank and time', async () => {
    const name = 'one of a kind';
    await service.records.createMany(Array.from({ length: 95 }, () => ({ type: 'pattern', name })));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await search.search({ q: name, limit: 10, ...(after ? { after } : {}) });
      seen.push(...page.items.map(({ uuid }) => uuid));
      after = page.nextCursor ?? undefined;
    } while (after);
    expect(seen).toHaveLength(95);
    expect(new Set(seen).size).toBe(95);
  });

  test('refuse a cursor of another term', async () => {
    const { nextCursor } = await search.search({ q: 'one of a kind', limit: 1 });
    const stolen = search.search({ q: 'typed', limit: 1, after: nextCursor! });
    await expect(stolen).rejects.toMatchObject({ code: 'invalid_cursor' });
  });
});
