import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { importFolder } from 'nest-dual-id/import';
import { instacart } from '../../src/shop/import/instacart.js';
import { severedPool } from '../features/import/severed.js';
import { publicIdsOf, stateOf } from '../features/import/shop-state.js';
import { shopWith } from '../features/import/small-shop.js';
import type { Workbench } from '../features/import/workbench.js';
import { workbench } from '../features/import/workbench.js';

const step = 9;
let whole: Workbench;
let folder: string;
let expected: Record<string, unknown>;

beforeAll(async () => {
  whole = await workbench();
  const history = 'order_id,status,changed_at\n122,pending,2016-01-01 00:00:00Z\n';
  folder = await whole.folder(shopWith({ 'order_status_history.csv': history }));
  await load(whole.url);
  expected = await stateOf(whole);
});
afterAll(() => whole.close());

function load(database: Parameters<typeof importFolder>[0]['database']) {
  return importFolder({ database, plan: instacart, folder, options: { rejects: folder } });
}

/** Imports until the connection is torn at a statement; tells which, or nothing when it ended. */
async function loadUntil(url: string, statement: number): Promise<string | undefined> {
  let torn: string | undefined;
  const pool = severedPool(url, ({ sql, count, when }) => {
    if (count !== statement || when !== 'before') return false;
    torn = sql;
    return true;
  });
  await load(pool).catch(() => undefined);
  await pool.end();
  return torn;
}

test('an import alone, torn at every statement of its kind, goes on to the same end', async () => {
  const torn: string[] = [];
  for (let statement = 1; ; statement += step) {
    const bench = await workbench();
    const sql = await loadUntil(bench.url, statement);
    if (sql === undefined) {
      await bench.close();
      break;
    }
    torn.push(sql);
    // Torn once more on its way behind the tables that are done.
    await loadUntil(bench.url, statement);
    const ids = await publicIdsOf(bench);
    await load(bench.url);
    expect([sql, await stateOf(bench)]).toEqual([sql, expected]);
    const given = Object.entries(ids).filter(([, text]) => text !== null);
    expect(await publicIdsOf(bench)).toMatchObject(Object.fromEntries(given));
    await bench.close();
  }
  const kinds = [
    /^COPY/,
    /DROP CONSTRAINT/,
    /ADD CONSTRAINT/,
    /^CREATE (UNIQUE )?INDEX/,
    /^COMMIT/,
  ];
  for (const kind of kinds) expect(torn.some((sql) => kind.test(sql))).toBe(true);
}, 600_000);
