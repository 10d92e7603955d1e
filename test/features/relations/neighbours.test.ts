import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Family } from './family.js';
import { family, told } from './family.js';

const crowd = Array.from({ length: 30 }, (_, at) => `c${at}`);
const names = ['ada', 'bob', 'cleo', 'dan', 'gone', ...crowd];
let people: Family;
beforeAll(async () => {
  people = await family(names);
  await people.relate('ada parent bob', 'ada parent cleo', 'dan parent ada', 'ada linked dan');
  await people.relate('ada owner bob', 'cleo owner ada', 'ada owner gone');
});
afterAll(() => people.stop());

const list = (name: string, query = '') =>
  people.shop.ask('GET', `/registry/${people.of(name)}/relations${query}`);
const say = (items: Parameters<typeof told>[2]) => told(people, names, items);

describe('the edges of an entity', () => {
  test('are all listed, with the entity at the other end', async () => {
    const { status, body } = await list('ada');
    expect(status).toBe(200);
    expect(say(body.items)).toEqual([
      'ada linked dan',
      'ada owner bob',
      'ada owner gone',
      'ada parent bob',
      'ada parent cleo',
      'cleo owner ada',
      'dan parent ada',
    ]);
    const bob = body.items.find(({ toUuid }: { toUuid: string }) => toUuid === people.of('bob'));
    expect(bob.entity).toEqual({ uuid: people.of('bob'), type: 'user', status: 'active' });
    expect(body.nextCursor).toBeNull();
  });

  test.each([
    ['?direction=out&relation=parent', ['ada parent bob', 'ada parent cleo']],
    ['?direction=in&relation=parent', ['dan parent ada']],
    ['?direction=out&relation=child', ['dan parent ada']],
    ['?relation=child', ['ada parent bob', 'ada parent cleo', 'dan parent ada']],
    ['?direction=in', ['ada linked dan', 'cleo owner ada', 'dan parent ada']],
    ['?direction=in&relation=linked', ['ada linked dan']],
  ])('are filtered by %s', async (query, expected) => {
    expect(say((await list('ada', query)).body.items)).toEqual(expected);
  });

  test('without a direction are shown from either end', async () => {
    expect(say((await list('dan', '?relation=linked')).body.items)).toEqual(['dan linked ada']);
  });

  test('exclude deleted entities, and a deleted entity has none', async () => {
    await people.sql(`UPDATE users SET deleted_at = now() WHERE first_name = 'gone'`);
    expect(say((await list('ada')).body.items)).not.toContain('ada owner gone');
    expect((await list('gone')).body.code).toBe('gone');
    await people.sql(`UPDATE users SET deleted_at = NULL WHERE first_name = 'gone'`);
    expect(say((await list('ada')).body.items)).toContain('ada owner gone');
  });

  test.each([
    '?relation=admirer',
    '?relation=',
    '?direction=up',
    '?limit=0',
    '?limit=101',
    '?limit=1.5',
    '?sort=type',
    '?limit=1&limit=2',
  ])('refuse the query %s', async (query) => {
    const { status, body } = await list('ada', query);
    expect([status, body.code]).toEqual([400, 'invalid_query']);
  });
});

describe('pages of edges', () => {
  async function walk(query: string, between?: () => Promise<unknown>): Promise<string[]> {
    const seen: string[] = [];
    let after = '';
    do {
      const { body } = await list('dan', `?limit=4${query}${after}`);
      seen.push(...body.items.map(({ entity }: { entity: { uuid: string } }) => entity.uuid));
      await between?.();
      after = body.nextCursor && `&after=${encodeURIComponent(body.nextCursor)}`;
    } while (after);
    return seen;
  }

  test('show each edge once, over every side and type', async () => {
    const half = crowd.slice(0, 15);
    await people.relate(
      ...half.map((name) => `dan owner ${name}`),
      ...half.map((name) => `${name} owner dan`),
      ...half.map((name) => `${name} linked dan`),
    );
    expect(await walk('')).toHaveLength(15 * 3 + 2);
    const owned = await walk('&relation=owned&direction=in');
    expect(owned.toSorted()).toEqual(half.map((name) => people.of(name)).toSorted());
  });

  test('neither repeat nor lose edges while others are written and removed', async () => {
    const before = await walk('&relation=owner');
    const extra = crowd.slice(15);
    const during = await walk('&relation=owner', async () => {
      const name = extra.pop();
      if (name !== undefined) await people.relate(`dan owner ${name}`);
    });
    expect(before.every((uuid) => during.includes(uuid))).toBe(true);
    const pairs = new Map<string, number>();
    for (const uuid of during) pairs.set(uuid, (pairs.get(uuid) ?? 0) + 1);
    expect(Math.max(...pairs.values())).toBeLessThanOrEqual(2);
  });

  test('continue only with a cursor of the same query', async () => {
    const { nextCursor } = (await list('dan', '?limit=1')).body;
    const after = `after=${encodeURIComponent(nextCursor)}`;
    expect((await list('dan', `?limit=1&${after}`)).status).toBe(200);
    for (const query of [`?direction=out&${after}`, `?relation=owner&${after}`]) {
      expect((await list('dan', query)).body.code).toBe('invalid_cursor');
    }
    expect((await list('ada', `?${after}`)).body.code).toBe('invalid_cursor');
    expect((await list('dan', '?after=42')).body.code).toBe('invalid_cursor');
  });
});

test('the types of relations are listed', async () => {
  const { body } = await people.shop.ask('GET', '/registry/relation-types');
  expect(body.items).toContainEqual({
    name: 'parent',
    inverse: 'child',
    acyclic: true,
    undirected: false,
  });
});
