import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ShortestPath } from 'nest-dual-id/relations';
import type { Family } from './family.js';
import { family, told } from './family.js';

const names = Array.from({ length: 12 }, (_, at) => `p${at}`);
let people: Family;
let paths: ShortestPath;
beforeAll(async () => {
  people = await family(names);
  paths = people.shop.app.get(ShortestPath, { strict: false });
});
afterAll(() => people.stop());

const ask = (from: string, to: string, query = '') =>
  people.shop.ask('GET', `/registry/${people.of(from)}/paths/${people.of(to)}${query}`);
const say = (edges: Parameters<typeof told>[2]) =>
  edges.map((edge) => told(people, names, [edge])[0]);

describe('a shortest path', () => {
  test('has the fewest edges, in order', async () => {
    await people.relate(
      'p0 owner p1',
      'p1 owner p2',
      'p2 owner p3',
      'p0 member p4',
      'p3 member p4',
    );
    const { status, body } = await ask('p0', 'p3');
    expect(status).toBe(200);
    expect(body).toMatchObject({ length: 2, partial: false });
    expect(say(body.edges)).toEqual(['p0 member p4', 'p3 member p4']);
    expect(body.nodes.map(({ uuid }: { uuid: string }) => uuid)).toEqual(
      ['p0', 'p4', 'p3'].map((name) => people.of(name)),
    );
  });

  test('follows the requested direction and type', async () => {
    expect(say((await ask('p0', 'p3', '?direction=out')).body.edges)).toEqual([
      'p0 owner p1',
      'p1 owner p2',
      'p2 owner p3',
    ]);
    const wrongWay = await ask('p3', 'p0', '?direction=out&relation=owner');
    expect(wrongWay.body).toEqual({ length: null, nodes: [], edges: [], partial: false });
    expect((await ask('p3', 'p0', '?direction=out&relation=owned')).body.length).toBe(3);
  });

  test('is not longer than requested', async () => {
    const query = '?direction=out&relation=owner';
    expect((await ask('p0', 'p3', `${query}&depth=2`)).body.length).toBeNull();
    expect((await ask('p0', 'p3', `${query}&depth=3`)).body.length).toBe(3);
  });

  test('from an entity to itself has no edges', async () => {
    const { body } = await ask('p0', 'p0');
    expect([body.length, body.nodes.length]).toEqual([0, 1]);
  });

  test('to an unknown entity returns 404, and none leads over a deleted entity', async () => {
    expect((await ask('p0', '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e')).status).toBe(404);
    await people.relate('p5 owner p6', 'p6 owner p7');
    expect((await ask('p5', 'p7')).body.length).toBe(2);
    await people.sql(`UPDATE users SET deleted_at = now() WHERE first_name = 'p6'`);
    expect((await ask('p5', 'p7')).body.length).toBeNull();
    expect((await ask('p5', 'p6')).body.code).toBe('gone');
  });

  test('that is not found because of a budget says so', async () => {
    const way = await paths.between(people.of('p0'), people.of('p3'), { edges: 1 });
    expect(way).toEqual({ length: null, nodes: [], edges: [], partial: true });
  });

  test('is as long as in a simple search, on many graphs', async () => {
    for (let round = 0; round < 15; round++) {
      await people.sql('TRUNCATE dual_id.relations');
      const edges = new Set<string>();
      while (edges.size < 12) {
        const [one, other] = [pick(), pick()];
        if (one !== other && one !== 'p6' && other !== 'p6') edges.add(`${one} owner ${other}`);
      }
      await people.relate(...edges);
      const { length } = await paths.between(people.of('p0'), people.of('p1'), {
        direction: 'out',
        depth: 10,
      });
      expect(length).toBe(plainSearch([...edges], 'p0', 'p1'));
    }
  });
});

function pick(): string {
  return names[Math.floor(Math.random() * names.length)]!;
}

/** Breadth first, one entity at a time. */
function plainSearch(edges: readonly string[], from: string, to: string): number | null {
  const seen = new Map([[from, 0]]);
  for (const [name, depth] of seen) {
    if (name === to) return depth;
    for (const edge of edges) {
      const [start, , end] = edge.split(' ') as [string, string, string];
      if (start === name && !seen.has(end)) seen.set(end, depth + 1);
    }
  }
  return null;
}
