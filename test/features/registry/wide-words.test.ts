import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FoundEntry, SearchRequest } from 'nest-dual-id/registry';
import { RegistrySearch } from 'nest-dual-id/registry';
import type { Campaigns } from './campaigns.js';
import { campaigns } from './campaigns.js';

let service: Campaigns;
let search: RegistrySearch;
beforeAll(async () => {
  service = await campaigns();
  search = service.app.get(RegistrySearch);
  // As left by two concurrent transactions that add the same word.
  await service.sql(`INSERT INTO dual_id.name_words (word) VALUES ('zyx1'), ('zyx1')`);
  await service.sql(
    `${insert} SELECT gen_random_uuid(), 81 + n % 2, true, 'zyx' || n || CASE
         WHEN n % 3 = 0 THEN ' zyx' || n + 1 || ' zyx' || n + 2
         WHEN n % 3 = 1 THEN ' wvu' || n ELSE ' kiwi' END,
       timestamptz '2020-01-01' + n * interval '1 second' FROM generate_series(1, 600) n`,
  );
  await service.sql(
    `${insert} VALUES (gen_random_uuid(), 81, true, 'zyxq', timestamptz '2019-01-01')`,
  );
});
afterAll(() => service.stop());

describe('a word similar to more than a hundred words of names', () => {
  test('finds all names that have one of them, the most similar first, however old', async () => {
    const items = await every({ q: 'zyxqv' });
    expect(items[0]).toMatchObject({ name: 'zyxq', match: 'similar' });
    expect(items.map(({ uuid }) => uuid)).toEqual(await ranked('zyxqv'));
    expect(items).toHaveLength(601);
  });

  test('finds those of one type', async () => {
    const items = await every({ q: 'zyxqv', type: 'pattern' });
    expect(items).toHaveLength(301);
    expect(new Set(items.map(({ type }) => type))).toEqual(new Set(['pattern']));
  });

  test('finds names that match the other words of the term too', async () => {
    const few = await every({ q: 'zyxqv kiwwi' });
    expect(few.map(({ uuid }) => uuid)).toEqual(await ranked('zyxqv kiwwi'));
    expect(few).toHaveLength(200);
    const many = await every({ q: 'wvup zyxqv' });
    expect(many.map(({ uuid }) => uuid)).toEqual(await ranked('wvup zyxqv'));
    expect(many).toHaveLength(200);
    expect(await every({ q: 'zyxqv wvup unheard' })).toEqual([]);
  });

  test('finds no deleted name', async () => {
    const { uuid } = await service.records.create({ type: 'tag', name: 'zyx8 gone' });
    await service.records.remove(uuid);
    expect(await every({ q: 'zyxqv' })).toHaveLength(601);
  });

  test('is capped to the newest thousand if more than 5000 names have one', async () => {
    const add = (count: number) =>
      service.sql(
        `${insert} SELECT gen_random_uuid(), 81, true, 'zyx1 zyx2 zyx' || 3 + n % 500,
           timestamptz '2021-01-01' + n * interval '1 second' FROM generate_series(1, $1::int) n`,
        [count],
      );
    await add(4_399);
    expect((await search.search({ q: 'zyxqv' })).capped).toBe(false);
    await add(1);
    const { items, capped } = await search.search({ q: 'zyxqv', limit: 100 });
    expect(capped).toBe(true);
    expect(items[0]!.name).not.toBe('zyxq');
    expect(items.every(({ createdAt }) => createdAt >= new Date('2021-01-01'))).toBe(true);
    expect(await every({ q: 'zyxqv' }, true)).toHaveLength(1000);
  });
});

const insert = `INSERT INTO dual_id.passports (uuid, platform_type_id, guid, name, created_at)`;

/** Every page of a search. */
async function every(request: SearchRequest, isCapped = false): Promise<FoundEntry[]> {
  const found: FoundEntry[] = [];
  let after: string | undefined;
  do {
    const page = await search.search({ ...request, match: 'similar', limit: 100, after });
    expect(page.capped).toBe(isCapped);
    found.push(...page.items);
    after = page.nextCursor ?? undefined;
  } while (after);
  return found;
}

/**
 * Names with a word similar to each one of a term, as the database finds them without any index.
 */
async function ranked(term: string): Promise<string[]> {
  const rows = await service.sql<{ uuid: string }>(
    `SELECT uuid FROM dual_id.passports p WHERE status <> 'deleted' AND NOT EXISTS (
       SELECT FROM regexp_split_to_table($1, ' ') asked WHERE NOT EXISTS (
         SELECT FROM regexp_split_to_table(p.search_key, ' ') w
         WHERE word_similarity(asked, w) >= 0.5))
     ORDER BY similarity(search_key, $1) DESC, created_at DESC, id DESC`,
    [term],
  );
  return rows.map(({ uuid }) => uuid);
}
