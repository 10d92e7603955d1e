import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ConversionPlan } from 'nest-dual-id/conversion';
import { impactOf, stepsOf } from 'nest-dual-id/conversion';
import type { Stock } from './stock.js';
import { articleTables, openStock } from './stock.js';

interface HeldLock {
  readonly name: string;
  readonly mode: string;
}

describe.each([
  ['add-uuid', 'integer'],
  ['add-bigint', 'uuid'],
  ['uuid-key', 'integer'],
] as const)('the impact of %s on a table with a key of type %s', (kind, key) => {
  let stock: Stock;
  let plan: ConversionPlan;
  beforeAll(async () => {
    stock = await openStock(articleTables(key, 5_000));
    await stock.dataSource.query('CREATE SCHEMA dual_id_conversion; ANALYZE');
    plan = await stock.conversions.plan({ table: 'articles', kind });
  });
  afterAll(() => stock.stop());

  test('tells of every step the locks that PostgreSQL shows while it runs', async () => {
    const strongest = new Map(plan.impact.steps.map(({ step, locks }) => [step, locks]));
    expect([...strongest.keys()]).toEqual(stepsOf(plan).map(({ name }) => name));
    const [told, held]: [object, object] = [{}, {}];
    for (const { name, work, phase } of stepsOf(plan)) {
      if (phase === 'contract') break;
      if (work.kind === 'transaction' || work.kind === 'long') {
        const locks = strongest.get(name)!.map(({ table, mode }) => `${table.name} ${mode}`);
        Object.assign(told, { [name]: locks.toSorted() });
        Object.assign(held, { [name]: await locksOfStatements(stock, work) });
      } else if (work.kind === 'index') {
        await stock.dataSource.query(
          `CREATE ${work.isUnique ? 'UNIQUE' : ''} INDEX "${work.name}" ON "${work.table.name}" ${work.on}`,
        );
      } else if (work.kind === 'batches') {
        await stock.dataSource.query(work.update, ['(0,0)', '(1000,0)', 3]);
      }
    }
    expect(told).toEqual(held);
  });

  test('locks readers out of short steps alone', () => {
    const long = plan.impact.steps.filter(({ time }) => time === 'grows');
    expect(long.length).toBeGreaterThan(3);
    for (const { locks } of long) {
      for (const { mode } of locks) expect(mode).not.toMatch(/^(ACCESS|SHARE ROW) EXCLUSIVE$/);
    }
  });

  test('grows with the rows, and shrinks with the rate', () => {
    const { sizes, impact } = plan;
    const tenfold = impactOf({
      ...plan,
      sizes: sizes.map((size) => ({
        ...size,
        rows: size.rows * 1e4,
        heapBytes: size.heapBytes * 1e4,
      })),
    });
    expect(impact.rows).toBeGreaterThan(10_000);
    expect(tenfold.rows).toBe(impact.rows * 1e4);
    expect(tenfold.wal).toBe(impact.wal * 1e4);
    expect(tenfold.minutes).toBeGreaterThan(impact.minutes);
    expect(impactOf({ ...plan, sizes: tenfoldSizes(plan) }, 1_000).minutes).toBeGreaterThan(
      tenfold.minutes,
    );
    expect(impact.unknown.join()).toMatch(/does not tell how much of a disk is free/);
    expect(impact.statements.join()).toMatch(/cached plan must not change result type/);
  });

  test('tells which statements take other names', () => {
    const text = plan.impact.statements.join();
    const isRenamed = kind !== 'add-uuid';
    expect(/old column of a reference fail after the contract/.test(text)).toBe(isRenamed);
    expect(/`ON CONFLICT` takes the old columns of references until/.test(text)).toBe(isRenamed);
    expect(/Columns change places at the contract/.test(text)).toBe(!isRenamed);
  });
});

function tenfoldSizes({ sizes }: ConversionPlan) {
  return sizes.map((size) => ({ ...size, rows: size.rows * 1e4 }));
}

/** The locks of the test's tables that a step holds at its end, the strongest of each table. */
async function locksOfStatements(
  { dataSource }: Stock,
  work: { readonly statements: readonly string[] } & Partial<{
    locks: readonly { readonly name: string }[];
  }>,
): Promise<string[]> {
  return dataSource.transaction(async (runner) => {
    for (const { name } of work.locks ?? []) await runner.query(`LOCK TABLE "${name}"`);
    for (const statement of work.statements) await runner.query(statement);
    const held: HeldLock[] = await runner.query(
      `SELECT DISTINCT c.relname AS name, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
       WHERE l.pid = pg_backend_pid() AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace`,
    );
    const order = [
      'AccessShare',
      'RowShare',
      'RowExclusive',
      'ShareUpdateExclusive',
      'Share',
      'ShareRowExclusive',
      'Exclusive',
      'AccessExclusive',
    ];
    const place = ({ mode }: HeldLock) => order.indexOf(mode.replace(/Lock$/, ''));
    const sorted = held.toSorted((one, other) => place(one) - place(other));
    const strongest = new Map(sorted.map((lock) => [lock.name, lock.mode]));
    const words = (mode: string) =>
      mode
        .replace(/Lock$/, '')
        .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
        .toUpperCase();
    return [...strongest].map(([name, mode]) => `${name} ${words(mode)}`).toSorted();
  });
}
