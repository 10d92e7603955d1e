import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ListRequest } from 'nest-dual-id/registry';
import { RegistryCounter, RegistryList } from 'nest-dual-id/registry';
import type { Campaigns } from './campaigns.js';
import { campaigns } from './campaigns.js';

let service: Campaigns;
let list: RegistryList;
beforeAll(async () => {
  service = await campaigns();
  list = service.app.get(RegistryList);
  await service.sql(`INSERT INTO dual_id.passports (uuid, platform_type_id, guid, name, created_at)
    SELECT gen_random_uuid(), 81 + n % 2, true, CASE WHEN n % 5 > 0 THEN 'Näme ' || n % 7 END,
           timestamptz '2026-01-01' + (n / 10) * interval '1 microsecond'
    FROM generate_series(1, 200) n`);
});
afterAll(() => service.stop());

/** Walks all pages, running something between them. */
async function walk(request: ListRequest, between = async () => {}) {
  const seen = [];
  let after: string | undefined;
  do {
    const page = await list.page({ ...request, limit: 7, after });
    seen.push(...page.items);
    after = page.nextCursor ?? undefined;
    await between();
  } while (after);
  return seen;
}

describe('a list', () => {
  test.each(['-createdAt', 'createdAt', 'name', '-name'] as const)(
    'by %s shows every entry once while others are inserted',
    async (sort) => {
      const condition = sort.endsWith('name') ? 'search_key IS NOT NULL' : 'true';
      const before = await service.sql<{ uuid: string }>(
        `SELECT uuid FROM dual_id.passports WHERE status = 'active' AND ${condition}`,
      );
      const insert = async () =>
        void (await service.records.createMany(
          ['Aaa', 'Näme 3', 'zzz'].map((name) => ({ type: 'pattern', name })),
        ));
      const seen = (await walk({ sort }, insert)).map(({ uuid }) => uuid as string);
      expect(new Set(seen).size).toBe(seen.length);
      expect(before.filter(({ uuid }) => !seen.includes(uuid))).toEqual([]);
    },
  );

  test('can be limited to one type and one status', async () => {
    const { uuid } = await service.records.create({ type: 'master', name: 'Old' });
    await service.records.create({ type: 'master', name: 'New' });
    await service.records.update(uuid, { status: 'archived' });
    const names = async (request: ListRequest) =>
      (await list.page(request)).items.map(({ name }) => name);
    expect(await names({ type: 'master' })).toEqual(['New']);
    expect(await names({ type: 'master', status: 'archived' })).toEqual(['Old']);
    expect((await walk({ type: 'tag' })).every(({ type }) => type === 'tag')).toBe(true);
    await service.records.remove(uuid);
    expect(await names({ type: 'master', status: 'deleted' })).toEqual(['Old']);
    expect(await names({ status: 'archived' })).toEqual([]);
  });

  test('refuses an unknown type by its parameter, and a cursor of another order', async () => {
    await expect(list.page({ type: 'x' })).rejects.toMatchObject({
      code: 'invalid_query',
      details: { errors: [{ parameter: 'type', detail: 'is not a known type' }] },
    });
    const { nextCursor } = await list.page({ limit: 1 });
    const other = list.page({ limit: 1, sort: 'name', after: nextCursor! });
    await expect(other).rejects.toMatchObject({ code: 'invalid_cursor' });
  });
});

describe('counts', () => {
  const countOf = async (type: string) => {
    const { items, ...rest } = await service.app.get(RegistryCounter).counts();
    return { ...items.find((one) => one.type === type), ...rest };
  };

  test('of a small registry are exact', async () => {
    const [row] = await service.sql(`SELECT count(*)::int AS n FROM dual_id.passports
      WHERE platform_type_id = 82 AND status = 'active'`);
    expect(await countOf('tag')).toMatchObject({ basis: 'exact', active: row!['n'], deleted: 0 });
  });

  test('of a large one are shares of the statistics, with the time they were taken', async () => {
    await service.sql(`INSERT INTO dual_id.passports (uuid, platform_type_id, guid, status, deleted_at)
      SELECT gen_random_uuid(), 81, true, s.status, CASE WHEN s.status = 'deleted' THEN now() END
      FROM generate_series(1, 40000) n,
           LATERAL (SELECT CASE WHEN n % 4 = 0 THEN 'deleted' ELSE 'active' END AS status) s`);
    await service.sql('ALTER TABLE dual_id.passports SET (autovacuum_enabled = off)');
    await service.sql('ANALYZE dual_id.passports');
    await service.sql('SELECT pg_sleep(0.2)');
    const { basis, asOf, active, deleted } = await countOf('pattern');
    expect(basis).toBe('statistics');
    expect(asOf).toBeInstanceOf(Date);
    expect(Math.abs(active! - 30_200) / 30_200).toBeLessThan(0.1);
    expect(Math.abs(deleted! - 10_000) / 10_000).toBeLessThan(0.1);
  });
});
