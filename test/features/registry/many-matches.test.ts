import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RegistrySearch } from 'nest-dual-id/registry';
import type { FoundEntry, SearchRequest } from 'nest-dual-id/registry';
import type { Campaigns } from './campaigns.js';
import { campaigns } from './campaigns.js';

let service: Campaigns;
let search: RegistrySearch;
beforeAll(async () => {
  service = await campaigns();
  search = service.app.get(RegistrySearch);
});
afterAll(() => service.stop());

describe('a term with very many matches', () => {
  beforeAll(async () => {
    await named('plenty', 5_000);
    await service.sql('ANALYZE dual_id.passports');
  });

  test('is ranked exactly up to 5000 of them', async () => {
    const { items, capped } = await search.search({ q: 'plenty 7' });
    expect(capped).toBe(false);
    expect(items[0]).toMatchObject({ name: 'plenty 7', match: 'exact' });
    expect((await search.search({ q: 'plenty' })).capped).toBe(false);
  });

  test('is capped beyond that, to the exact ones and the newest thousand', async () => {
    await service.records.create({ type: 'tag', name: 'plenty 5001' });
    await service.sql(`INSERT INTO dual_id.passports (uuid, platform_type_id, guid, name, created_at)
      VALUES (gen_random_uuid(), 82, true, 'plenty', timestamptz '2019-01-01')`);
    const first = await search.search({ q: 'plenty', limit: 100 });
    expect(first.capped).toBe(true);
    expect(first.items[0]).toMatchObject({ name: 'plenty', match: 'exact' });
    let [count, after] = [first.items.length, first.nextCursor];
    while (after) {
      const page = await search.search({ q: 'plenty', limit: 100, after });
      expect(page.items.every(({ createdAt }) => createdAt >= new Date('2020-01-01'))).toBe(true);
      [count, after] = [count + page.items.length, page.nextCursor];
    }
    expect(count).toBe(1001);
    expect(await search.typeahead('plen')).toHaveLength(10);
  });

  test('with a typo finds the newest thousand of all similar names', async () => {
    await service.records.create({ type: 'tag', name: 'plentiful' });
    const found = await capped({ q: 'plentty' });
    expect(found.every(({ match }) => match === 'similar')).toBe(true);
    expect(found.map(({ name }) => name)).toContain('plentiful');
    expect(uuidsOf(found)).toEqual(await newestLike('plentty'));
  });

  test('finds the newest thousand of its words and of similar words together', async () => {
    await service.sql(`INSERT INTO dual_id.passports (uuid, platform_type_id, guid, name, created_at)
      SELECT gen_random_uuid(), 81, true, 'plennty ' || n,
             timestamptz '2022-01-01' + n * interval '1 second' FROM generate_series(1, 600) n`);
    const [exact, ...found] = await capped({ q: 'plenty', match: 'similar' });
    expect(exact).toMatchObject({ match: 'exact' });
    expect(new Set(found.map(({ match }) => match))).toEqual(new Set(['prefix', 'similar']));
    expect(uuidsOf(found)).toEqual(await newestLike('plenty'));
  });

  test('that has so many only by outdated statistics is ranked exactly', async () => {
    await service.sql('ALTER TABLE dual_id.passports SET (autovacuum_enabled = false)');
    await named('fleeting', 12_000);
    await service.sql('ANALYZE dual_id.passports');
    await service.sql(`UPDATE dual_id.passports SET name = 'gone ' || name
      WHERE name LIKE 'fleeting %' AND name <> 'fleeting 1'`);
    await service.sql(`UPDATE dual_id.passports SET status = 'deleted', deleted_at = now()
      WHERE name LIKE 'gone %' AND name NOT LIKE '%00'`);
    for (const match of [undefined, 'words', 'prefix', 'similar'] as const) {
      const { items, capped } = await search.search({ q: 'fleeting', limit: 100, match });
      expect(capped).toBe(false);
      expect(items).toHaveLength(match === 'prefix' ? 1 : 100);
      expect(items[0]).toMatchObject({ name: 'fleeting 1', match: 'prefix' });
    }
    const slip = await search.search({ q: 'fleetting 1', match: 'similar', limit: 100 });
    expect(slip.capped).toBe(false);
    expect(slip.items[0]).toMatchObject({ name: 'fleeting 1', match: 'similar' });
  });
});

describe('a term with many more matches than the statistics expect', () => {
  test('is capped to the newest thousand, as if the statistics were right', async () => {
    await service.sql('ALTER TABLE dual_id.passports SET (autovacuum_enabled = false)');
    await service.sql('ANALYZE dual_id.passports');
    await named('sudden', 12_001);
    const found = await capped({ q: 'sudden', match: 'words' });
    expect(found).toHaveLength(1000);
    expect(found.map(({ name }) => Number(name!.split(' ')[1]))).not.toContain(11_001);
    expect(found.map(({ name }) => Number(name!.split(' ')[1]))).toContain(11_002);
  });
});

describe('a misspelled term with up to 5000 similar names', () => {
  test('is ranked exactly, the most similar first, however old', async () => {
    await named('marvellous', 4_990);
    await service.sql(`INSERT INTO dual_id.passports (uuid, platform_type_id, guid, name, created_at)
      VALUES (gen_random_uuid(), 81, true, 'marvelous', timestamptz '2018-01-01')`);
    for (const analyze of ['', 'ANALYZE dual_id.passports']) {
      await service.sql(analyze);
      const { items, capped } = await search.search({ q: 'marvelouss' });
      expect(capped).toBe(false);
      expect(items[0]).toMatchObject({ name: 'marvelous', match: 'similar' });
    }
    await named('marvellous', 20);
    expect((await search.search({ q: 'marvelouss' })).capped).toBe(true);
  });
});

/** Every page of a search that is capped. */
async function capped(request: SearchRequest): Promise<FoundEntry[]> {
  const found: FoundEntry[] = [];
  let after: string | undefined;
  do {
    const page = await search.search({ ...request, limit: 100, after });
    expect(page.capped).toBe(true);
    found.push(...page.items);
    after = page.nextCursor ?? undefined;
  } while (after);
  return found;
}

function uuidsOf(rows: readonly { readonly uuid: string }[]): string[] {
  return rows.map(({ uuid }) => uuid).toSorted();
}

/** The newest thousand of all names similar to a word, without the word itself. */
async function newestLike(word: string): Promise<string[]> {
  const rows = await service.sql<{ uuid: string }>(
    `SELECT uuid FROM dual_id.passports
     WHERE word_similarity($1, search_key) >= 0.5 AND search_key <> $1
     ORDER BY created_at DESC, id DESC LIMIT 1000`,
    [word],
  );
  return uuidsOf(rows);
}

/** Names made of a word and a number each, ascending. */
async function named(word: string, count: number): Promise<void> {
  await service.sql(
    `INSERT INTO dual_id.passports (uuid, platform_type_id, guid, name, created_at)
     SELECT gen_random_uuid(), 81, true, $1 || ' ' || n,
            timestamptz '2020-01-01' + n * interval '1 second'
     FROM generate_series(1, $2::int) n`,
    [word, count],
  );
}
