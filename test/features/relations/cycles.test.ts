import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Database } from 'nest-dual-id';
import type { Family } from './family.js';
import { family } from './family.js';

const names = Array.from({ length: 12 }, (_, at) => `p${at}`);
let people: Family;
let database: Database;
beforeAll(async () => {
  people = await family(names);
  database = people.shop.app.get(Database, { strict: false });
});
afterAll(() => people.stop());
beforeEach(() => people.sql('TRUNCATE dual_id.relations'));

const cycle = { code: 'relation_cycle', status: 409 };
const count = async () =>
  (await people.sql<{ count: number }>('SELECT count(*)::int FROM dual_id.relations'))[0]!.count;

describe('a cycle of parents', () => {
  test('is refused however long it is, and whichever name closes it', async () => {
    await people.relate('p0 parent p1', 'p1 parent p2', 'p3 child p2');
    await expect(people.relate('p1 parent p0')).rejects.toMatchObject(cycle);
    await expect(people.relate('p3 parent p0')).rejects.toMatchObject(cycle);
    await expect(people.relate('p0 child p3')).rejects.toMatchObject(cycle);
    expect(await count()).toBe(3);
  });

  test('is refused by the API with a code of the table', async () => {
    await people.relate('p0 parent p1');
    const path = `/registry/${people.of('p1')}/relations/parent/${people.of('p0')}`;
    const { status, body } = await people.shop.ask('PUT', path, { body: {} });
    expect([status, body.code]).toEqual([409, 'relation_cycle']);
    expect(JSON.stringify(body)).not.toMatch(/relations_|DICYC/);
  });

  test('is refused within one batch', async () => {
    const batch = people.relate('p0 parent p1', 'p1 parent p2', 'p2 parent p0');
    await expect(batch).rejects.toMatchObject(cycle);
    expect(await count()).toBe(0);
  });

  test('is refused to raw SQL', async () => {
    await people.relate('p0 parent p1');
    const backwards = `INSERT INTO dual_id.relations (from_id, to_id, type_id, acyclic, undirected)
      SELECT to_id, from_id, type_id, acyclic, undirected FROM dual_id.relations`;
    await expect(people.sql(backwards)).rejects.toThrow('close a cycle');
  });

  test('is not formed by several parents, or by other types', async () => {
    await people.relate('p0 parent p2', 'p1 parent p2', 'p2 parent p3', 'p0 parent p3');
    await people.relate('p0 owner p1', 'p1 owner p0', 'p0 linked p1', 'p1 linked p2');
    expect(await count()).toBe(8);
  });

  test('can be closed at another edge once one of its edges is removed', async () => {
    await people.relate('p0 parent p1');
    await people.relations.unrelate(people.edge('p1 child p0'));
    await people.relate('p1 parent p0');
    expect(await count()).toBe(1);
  });
});

describe('two transactions', () => {
  /** Holds the first transaction open until the second waits for it. */
  async function interleaved(isolation?: 'REPEATABLE READ' | 'SERIALIZABLE') {
    let wrote!: () => void;
    const written = new Promise<void>((resolve) => (wrote = resolve));
    const first = database.transaction(async () => {
      await people.relate('p0 parent p1');
      wrote();
      await waitingFor();
    }, isolation);
    const second = database.transaction(async () => {
      await people.relations.get(people.edge('p0 linked p1')).catch(() => undefined);
      await written;
      await people.relate('p1 parent p0');
    }, isolation);
    return Promise.allSettled([first, second]);
  }

  async function waitingFor(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      const rows = await people.sql('SELECT FROM pg_locks WHERE NOT granted');
      if (rows.length > 0) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('Nobody waits.');
  }

  test('that add both halves of a cycle do not both commit', async () => {
    const [first, second] = await interleaved();
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: cycle });
    expect(await count()).toBe(1);
  });

  test.each(['REPEATABLE READ', 'SERIALIZABLE'] as const)(
    'do not at %s either, where the second cannot see the first',
    async (isolation) => {
      const [first, second] = await interleaved(isolation);
      expect(first.status).toBe('fulfilled');
      expect(second).toMatchObject({ reason: { code: 'concurrent_change' } });
      expect(await count()).toBe(1);
    },
  );

  test('and hundreds of them leave no cycle behind', async () => {
    const pick = () => names[Math.floor(Math.random() * names.length)]!;
    const attempts = Array.from({ length: 300 }, async () => {
      const [one, other] = [pick(), pick()];
      if (one !== other) await people.relate(`${one} parent ${other}`);
    });
    const outcomes = await Promise.allSettled(attempts);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    // A slow machine may not get to all of them in time.
    const expected = ['relation_cycle', 'concurrent_change', 'overloaded'];
    const others = (refused as PromiseRejectedResult[])
      .filter(({ reason }) => !expected.includes(reason.code))
      .map(({ reason }) => inspect(reason));
    expect(others).toEqual([]);
    const cycles = await people.sql(`WITH RECURSIVE below (start, node) AS (
        SELECT from_id, to_id FROM dual_id.relations
        UNION SELECT b.start, r.to_id FROM below b JOIN dual_id.relations r ON r.from_id = b.node)
      SELECT FROM below WHERE start = node`);
    expect(cycles).toHaveLength(0);
    expect(await count()).toBeGreaterThan(5);
  });
});
