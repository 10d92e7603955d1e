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

/** Imports until the connection is cut at a statement, counted from 1. */
async function loadUntil(url: string, statement: number): Promise<void> {
  const pool = severedPool(url, ({ count, when }) => count === statement && when === 'before');
  await load(pool).catch(() => undefined);
  await pool.end();
}

/** Every statement of an undisturbed import. */
async function statementsOf(): Promise<string[]> {
  const bench = await workbench();
  const statements: string[] = [];
  const pool = severedPool(bench.url, ({ sql, when }) => {
    if (when === 'before') statements.push(sql);
    return false;
  });
  await load(pool);
  await pool.end();
  await bench.close();
  return statements;
}

const kinds = [/^COPY/, /DROP CONSTRAINT/, /ADD CONSTRAINT/, /^CREATE (UNIQUE )?INDEX/, /^COMMIT/];

test('an import alone, cut off at every statement of its kind, continues to the same end', async () => {
  const statements = await statementsOf();
  const ofKinds = kinds.map((kind) => statements.findIndex((sql) => kind.test(sql)));
  expect(ofKinds).not.toContain(-1);
  const chosen = statements.flatMap((_, at) =>
    at % step === 0 || ofKinds.includes(at) ? [at] : [],
  );
  for (const at of chosen) {
    const bench = await workbench();
    await loadUntil(bench.url, at + 1);
    // Cut off once more after the tables that are done.
    await loadUntil(bench.url, at + 1);
    const ids = await publicIdsOf(bench);
    await load(bench.url);
    expect([statements[at], await stateOf(bench)]).toEqual([statements[at], expected]);
    const given = Object.entries(ids).filter(([, text]) => text !== null);
    expect(await publicIdsOf(bench)).toMatchObject(Object.fromEntries(given));
    await bench.close();
  }
}, 600_000);
