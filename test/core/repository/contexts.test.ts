import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GroupCommit, statement } from 'nest-dual-id';
import type { DualIdRepository } from 'nest-dual-id';
import type { Library } from '../../support/library/library.js';
import { openLibrary, sql, statementsOf } from '../../support/library/library.js';
import { openStations } from '../../support/stations/stations.js';
import { Meter, SecretView, tenant } from '../../support/stations/stations.entities.js';

let stations: Library;
let meters: DualIdRepository<Meter>;
beforeAll(async () => {
  stations = await openStations();
  meters = stations.repositories.of(Meter);
});
afterAll(() => stations.close());

const tenants = Array.from({ length: 50 }, (_, index) => `tenant ${index}`);
/** Does the same for each tenant at once, each in its own context. */
const asEach = <T>(work: (name: string, index: number) => Promise<T>) =>
  Promise.all(tenants.map((name, index) => tenant.run(name, () => work(name, index))));
const create = (name: string) => meters.create(SecretView, { name, secret: 'x' });

describe('under fifty contexts at once', () => {
  test('creates store and show what belongs to the context of each', async () => {
    let created: SecretView[] = [];
    const texts = await statementsOf(stations, async () => {
      created = await asEach(create);
    });
    expect(texts.filter((text) => text.includes('INSERT')).length).toBeLessThan(5);
    expect(created.map(({ secret }) => secret)).toEqual(
      tenants.map((name) => `${name} wrote x, ${name} reads`),
    );
    const rows = await sql(stations, 'SELECT name, secret FROM meters');
    expect(rows).toHaveLength(50);
    for (const { name, secret } of rows) expect(secret).toBe(`${name} wrote x`);
  });

  test('creates that are split up keep their contexts', async () => {
    const before = await sql(stations, 'SELECT count(*)::integer AS count FROM meters');
    const outcomes = await Promise.allSettled([
      asEach(create),
      meters.create(SecretView, { name: 'bad', secret: 'x', stationUuid: tenants[0] as never }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    const rows = await sql(stations, 'SELECT name, secret FROM meters');
    expect(rows).toHaveLength((before[0]!['count'] as number) + 50);
    for (const { name, secret } of rows) expect(secret).toBe(`${name} wrote x`);
  });

  test('reads of every kind show what belongs to the context of each', async () => {
    const all = await asEach(create);
    const seen = (reader: string, writer: string) => `${writer} wrote x, ${reader} reads`;
    const uuids = all.map(({ uuid }) => uuid);
    const request = { limit: 5, sort: [], filters: {}, within: {} };
    // Each reads its neighbor's row, and one that all others read.
    const found = await asEach(async (name, index) => {
      const next = (index + 1) % 50;
      const [one, shared, many, page, id] = await Promise.all([
        meters.get(SecretView, uuids[next]!),
        meters.get(SecretView, uuids[0]!),
        meters.many(SecretView, uuids.slice(0, 3)),
        meters.page(SecretView, request),
        meters.resolve(uuids[next]!),
      ]);
      expect(one.secret).toBe(seen(name, tenants[next]!));
      expect(shared.secret).toBe(seen(name, tenants[0]!));
      expect(many.items.map(({ secret }) => secret)).toEqual(
        tenants.slice(0, 3).map((writer) => seen(name, writer)),
      );
      for (const { secret } of page.items) expect(secret).toMatch(new RegExp(`, ${name} reads$`));
      expect(tenant.getStore()).toBe(name);
      return id;
    });
    const rows = await sql(
      stations,
      `SELECT id FROM meters WHERE uuid IN ('${uuids.join("','")}')`,
    );
    expect(new Set(found)).toEqual(new Set(rows.map(({ id }) => id)));
  });

  test('updates store and show what belongs to the context of each', async () => {
    const all = await asEach(create);
    const changed = await asEach((_, index) =>
      meters.update(SecretView, all[index]!.uuid, { secret: 'y' }),
    );
    expect(changed.map(({ secret }) => secret)).toEqual(
      tenants.map((name) => `${name} wrote y, ${name} reads`),
    );
  });
});

describe('a callback after commit', () => {
  test('runs in the context in which it was registered, and outside the transaction', async () => {
    const { database } = stations;
    const seen: unknown[] = [];
    const note = () => seen.push([tenant.getStore(), database.inTransaction, database.mayShare]);
    await tenant.run('outer', () =>
      database.transaction(async () => {
        await tenant.run('inner', () =>
          database.transaction(async () => database.afterCommit(note)),
        );
        database.afterCommit(note);
      }),
    );
    expect(seen).toEqual([
      ['inner', false, true],
      ['outer', false, true],
    ]);
  });
});

describe('shared work', () => {
  test("runs in nobody's context, and calls what its callers bound in theirs", async () => {
    const library = await openLibrary();
    const seen: unknown[] = [];
    const group = new GroupCommit<() => unknown, string>(library.database, {
      together: (inputs) =>
        library.database.transaction(async () => {
          await library.database.rows(statement('SELECT 1'));
          seen.push(tenant.getStore());
          return inputs.map((current) => String(current()));
        }),
      alone: async (current) => `${String(current())} alone`,
    });
    const outcomes = await asEach(() => group.run(AsyncLocalStorage.bind(() => tenant.getStore())));
    await library.close();
    expect(outcomes).toEqual(tenants);
    expect(new Set(seen)).toEqual(new Set([undefined]));
  });
});
