import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listStatement } from '../../../src/features/registry/list/registry-list.js';
import type { Search } from '../../../src/features/registry/search/conditions.js';
import {
  countedStatement,
  newestStatement,
} from '../../../src/features/registry/search/search-statements.js';
import { formsStatement } from '../../../src/features/registry/search/similar-words.js';
import type { Campaigns } from './campaigns.js';
import { campaigns } from './campaigns.js';

let service: Campaigns;
beforeAll(async () => {
  service = await campaigns();
  await service.sql(`INSERT INTO dual_id.passports (uuid, platform_type_id, guid, name, created_at)
    SELECT gen_random_uuid(), 81 + n % 3, true,
           'item' || n % 9000 || CASE WHEN n % 3 = 0 THEN ' common' ELSE '' END,
           timestamptz '2026-01-01' + n * interval '1 second'
    FROM generate_series(1, 20000) n`);
  await service.sql('VACUUM ANALYZE dual_id.passports, dual_id.name_words');
});
afterAll(() => service.stop());

async function planOf(
  text: string,
  values: readonly unknown[],
  options = 'COSTS',
): Promise<string> {
  const explain = `EXPLAIN (${options}) ${text}`;
  const rows = await service.sql<{ 'QUERY PLAN': string }>(explain, [...values]);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

/** How many pages of 8 kB the database reads for a page of one type from a position on. */
async function buffersOf(sort: 'createdAt' | '-createdAt' | 'name' | '-name', key: string) {
  const { text } = listStatement(sort, true, true);
  const values = ['active', 21, 81, key, '9000'];
  const plan = await planOf(text, values, 'ANALYZE, BUFFERS, TIMING OFF');
  const [, hit = 0, read = 0] = /Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?/.exec(plan)!;
  return Number(hit) + Number(read);
}

const search = (q: string, more: Partial<Search> = {}): Search => ({
  term: { key: q, words: q.split(' '), begun: [] },
  type: undefined,
  match: undefined,
  limit: 20,
  after: undefined,
  trigrams: 'public',
  ...more,
});
const rare = 'item4711';

describe('an index serves', () => {
  test.each([
    ['createdAt', 'all types', 'passports_created_at_ix'],
    ['-createdAt', 'one type', 'passports_type_created_at_ix'],
    ['name', 'all types', 'passports_search_key_ix'],
    ['-name', 'one type', 'passports_type_search_key_ix'],
  ] as const)('a deep page by %s of %s', async (sort, types, index) => {
    const ofType = types === 'one type';
    const { text } = listStatement(sort, ofType, true);
    const key = sort.endsWith('name') ? 'item5' : '2026-01-01T03:00:00Z';
    const values = ['active', 21, ...(ofType ? [81] : []), key, '9000'];
    const plan = await planOf(text, values);
    expect(plan).toContain(index);
    expect(plan).not.toMatch(/Seq Scan on passports|Sort/);
  });

  test.each(['createdAt', '-createdAt', 'name', '-name'] as const)(
    'every page by %s of one type at the same cost',
    async (sort) => {
      const ends = sort.endsWith('name')
        ? ['item2', 'item88']
        : ['2026-01-01T00:10:00Z', '2026-01-01T05:20:00Z'];
      const [early, late] = await Promise.all(ends.map((key) => buffersOf(sort, key)));
      expect(Math.abs(early! - late!)).toBeLessThan(10);
    },
  );

  test.each([
    ['exact', 'passports_search_key_ix'],
    ['prefix', 'passports_search_key_ix'],
    ['words', 'passports_words_ix'],
    [undefined, 'passports_words_ix'],
  ] as const)('a search of the kind %s', async (match, index) => {
    const { text, values } = countedStatement(search(rare, { match }));
    const plan = await planOf(text, values);
    expect(plan).toContain(index);
    expect(plan).not.toContain('Seq Scan on passports');
  });

  test('a search for words similar to a misspelled one, and for the names that have them', async () => {
    const misspelt = search('itm4711');
    const words = formsStatement(misspelt.term, 'public');
    const plan = await planOf(words.text, words.values);
    expect(plan).toContain('name_words_trigrams_ix');
    const names = countedStatement({
      ...misspelt,
      similar: { listed: [[rare, 'item471']], wide: [] },
    });
    expect(await planOf(names.text, names.values)).not.toMatch(/Seq Scan on passports/);
  });

  test('names word by word if very many words are similar to one of the term', async () => {
    const wide = newestStatement(search('itemm', { similar: { listed: [], wide: ['itemm'] } }));
    const plan = await planOf(wide.text, wide.values, 'ANALYZE, TIMING OFF');
    expect(plan).toMatch(/CTE found[^]*Scan on name_words n[^]*passports_words_ix[^]*CTE newest/);
    expect(plan).not.toContain('Seq Scan on passports');
  });

  test('the newest names with a common word, in order of time', async () => {
    const { text, values } = newestStatement(search('common'));
    const plan = await planOf(text, values, 'ANALYZE, TIMING OFF');
    expect(plan).toContain('passports_created_at_ix');
  });

  test('the count of names that begin with a frequent term, which spares the other counts', async () => {
    const few = newestStatement(search('item4'));
    expect(await planOf(few.text, few.values)).toMatch(
      /CTE begun[^]*passports_search_key_ix[^]*CTE found/,
    );
    const many = newestStatement(search('item'));
    const plan = await planOf(many.text, many.values, 'ANALYZE, TIMING OFF');
    expect(plan).toMatch(/One-Time Filter: \(NOT .*\n(?:.*Buffers.*\n)?.*\(never executed\)/);
  });

  test('only the newest names of a term that too many names match', async () => {
    const { text, values } = newestStatement(search(rare));
    const plan = await planOf(text, values, 'ANALYZE, TIMING OFF');
    expect(plan).toMatch(/CTE Scan on newest.*\(never executed\)/);
  });
});
