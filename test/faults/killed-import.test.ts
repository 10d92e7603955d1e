import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ImportReport } from 'nest-dual-id/import';
import type { Files, Workbench } from '../features/import/workbench.js';
import { workbench } from '../features/import/workbench.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));
const kills = 4;

let whole: Workbench;
let killed: Workbench;
let folder: string;
let uninterrupted: ImportReport;
let milliseconds: number;

beforeAll(async () => {
  whole = await workbench();
  killed = await workbench();
  folder = await whole.folder(history());
  const start = performance.now();
  uninterrupted = await runCommand(whole).report;
  milliseconds = performance.now() - start;
}, 120_000);
afterAll(async () => {
  await whole.close();
  await killed.close();
});

describe('an import that was killed', () => {
  test('as a process, at any moment, ends like any other once it is run again', async () => {
    for (let kill = 0; kill < kills; kill += 1) {
      const { child, report } = runCommand(killed);
      await delay(Math.random() * milliseconds);
      child.kill('SIGKILL');
      await report.catch(() => undefined);
    }
    const report = await runCommand(killed).report;
    expect(checksums(report)).toEqual(checksums(uninterrupted));
    expect(await state(killed)).toEqual(await state(whole));
  }, 240_000);

  test('as a server process says so, and loads all or nothing', async () => {
    const bench = await workbench();
    try {
      for (let kill = 0; kill < kills; kill += 1) {
        const { report } = runCommand(bench);
        const ended = report.catch((error: unknown) => String(error));
        await delay(Math.random() * milliseconds);
        await bench.rows(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`);
        const outcome = await ended;
        if (typeof outcome === 'string') expect(outcome).toContain('Nothing was loaded.');
      }
      await runCommand(bench).report;
      expect(await state(bench)).toEqual(await state(whole));
    } finally {
      await bench.close();
    }
  }, 240_000);

  test('keeps every public id that a completed import gave', async () => {
    const before = await uuids(whole);
    const { child, report } = runCommand(whole);
    await delay(Math.random() * milliseconds);
    child.kill('SIGKILL');
    await report.catch(() => undefined);
    const again = await runCommand(whole).report;
    expect(again.files.every(({ loaded, rejected }) => loaded + rejected === 0)).toBe(true);
    expect(await uuids(whole)).toEqual(before);
  }, 120_000);
});

/** Starts the command in a process of its own. */
function runCommand(bench: Workbench) {
  const env = { ...process.env, DATABASE_URL: bench.url };
  const args = [main, 'import', folder, '--json'];
  const child = spawn(process.execPath, args, { cwd: root, env, timeout: 180_000 });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const report = new Promise<ImportReport>((resolve, reject) => {
    child.on('close', (code, signal) => {
      if (code === 0) resolve(JSON.parse(out) as ImportReport);
      else reject(new Error(err || `The command ended with ${code ?? signal} and no word.`));
    });
  });
  return { child, report };
}

function checksums({ tables }: ImportReport): Record<string, string> {
  return Object.fromEntries(tables.map(({ table, checksum }) => [table, checksum]));
}

const ownColumns = { departments: '', aisles: '', products: '', users: '', orders: '' };
const tables = [...Object.keys(ownColumns), 'order_items', 'order_status_history'];

/** Every row of every table, without public ids, times of the import and generated ids. */
async function state(bench: Workbench): Promise<Record<string, unknown>> {
  const result: Record<string, unknown> = {};
  for (const table of tables) {
    const left = table === 'order_status_history' ? `'id'` : `'uuid', 'created_at', 'updated_at'`;
    result[table] = await bench.value(`SELECT md5(string_agg(row, ',' ORDER BY row)) || count(*)
      FROM (SELECT (to_jsonb(t) - ARRAY[${left}])::text AS row FROM ${table} t) r`);
  }
  result['passports'] = await bench.value(`SELECT md5(string_agg(row, ',' ORDER BY row)) || count(*)
    FROM (SELECT platform_type_id || ':' || entity_id || name AS row FROM dual_id.passports) r`);
  for (const table of Object.keys(ownColumns)) {
    result[`${table}_id_seq`] = await bench.value(
      `SELECT to_jsonb(s)::text FROM (SELECT last_value, is_called FROM ${table}_id_seq) s`,
    );
  }
  return result;
}

function uuids(bench: Workbench): Promise<unknown> {
  return bench.value(`SELECT md5(string_agg(uuid::text, ',' ORDER BY t, id)) FROM (
    SELECT 'u' AS t, id, uuid FROM users UNION ALL SELECT 'p', id, uuid FROM products
    UNION ALL SELECT 'o', id, uuid FROM orders) r`);
}

/** Enough rows for a kill to hit an import anywhere. */
function history(): Files {
  const count = (rows: number, line: (index: number) => string) =>
    `${Array.from({ length: rows }, (_, index) => line(index + 1)).join('\n')}\n`;
  const day = (index: number) => `2016-01-0${index} 00:00:00+00:00`;
  return {
    'departments.csv': 'department_id,department\n1,frozen\n',
    'aisles.csv': 'aisle_id,aisle\n1,soups\n',
    'products.csv': `product_id,product_name,aisle_id,department_id\n${count(3000, (id) => `${id},P${id},1,1`)}`,
    'users.csv': `user_id,first_name,last_name,email_address\n${count(1000, (id) => `${id},F,L,u${id}@example.org`)}`,
    'orders.csv':
      'order_id,user_id,eval_set,order_number,order_dow,order_hour_of_day,days_since_prior_order\n' +
      count(3000, (id) => `${id},${(id % 1000) + 1},prior,${Math.ceil(id / 1000)},1,1,`),
    'order_products__prior.csv': `order_id,product_id,add_to_cart_order,reordered\n${count(
      15_000,
      (n) => `${(n % 3000) + 1},${(n % 2999) + 1},${Math.ceil(n / 3000)},0`,
    )}`,
    'order_status_history.csv': `order_id,status,changed_at\n${count(3000, (id) =>
      ['pending', 'processing', 'shipped']
        .map((status, index) => `${id},${status},${day(index + 1)}`)
        .join('\n'),
    )}`,
  };
}
