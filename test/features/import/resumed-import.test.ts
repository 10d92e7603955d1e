import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import type { ImportReport } from 'nest-dual-id/import';
import { importFolder, importStream } from 'nest-dual-id/import';
import { instacart } from '../../../src/shop/import/instacart.js';
import type { Moment } from './severed.js';
import { severedPool } from './severed.js';
import { publicIdsOf, stateOf } from './shop-state.js';
import { shopWith, smallShop } from './small-shop.js';
import type { Files, Workbench } from './workbench.js';
import { figures, rejectsOf, workbench } from './workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await workbench();
});
afterEach(async () => bench.close());

const history = 'order_id,status,changed_at\n122,pending,2016-01-01 00:00:00Z\n';
const whole = shopWith({ 'order_status_history.csv': history });
const tables = [
  ...['departments', 'aisles', 'products', 'users', 'orders'],
  ...['order_items', 'order_status_history'],
];

/** Imports until the connection is torn. */
async function importUntil(files: Files, isChosen: (moment: Moment) => boolean): Promise<string> {
  const database = severedPool(bench.url, isChosen);
  const folder = await bench.folder(files);
  const options = { rejects: folder };
  const importing = importFolder({ database, plan: instacart, folder, options });
  const outcome = await importing.then(() => 'done', String);
  await database.end();
  return outcome;
}

/** The commit of the plan's n-th table, behind those of the looks at the plan and the tables. */
function commitOf(table: string, when: Moment['when']): (moment: Moment) => boolean {
  let commits = 0;
  return (moment) => {
    if (moment.sql !== 'COMMIT' || moment.when !== when) return false;
    return (commits += 1) === tables.indexOf(table) + 3;
  };
}

const rowsOf = async (table: string) => bench.value(`SELECT count(*)::int FROM ${table}`);
const remembered = async () =>
  (await bench.rows("SELECT DISTINCT table_name AS t FROM dual_id.imported_files WHERE plan <> ''"))
    .map(({ t }) => String(t))
    .toSorted();
const unread = ({ notes }: ImportReport) =>
  notes.filter((note) => note.endsWith('loaded by an import that did not end; not read again.'));

describe('an import that was stopped', () => {
  test('at any commit has whole tables, and goes on behind them to the same end', async () => {
    const seen: Record<string, unknown> = {};
    for (const [index, table] of tables.entries()) {
      const failed = await importUntil(whole, commitOf(table, 'before'));
      expect(failed).toContain('The connection was lost while the server was finishing a table.');
      expect([table, await rowsOf(table)]).toEqual([table, 0]);
      expect(await remembered()).toEqual(tables.slice(0, index).toSorted());
      await importUntil(whole, commitOf(table, 'after'));
      expect([table, await rowsOf(table)]).not.toEqual([table, 0]);
      expect(await remembered()).toEqual(tables.slice(0, index + 1).toSorted());
      const ids = await publicIdsOf(bench);
      expect(ids).toMatchObject(seen);
      if (table in ids) seen[table] = ids[table];
    }
    const report = await bench.import(instacart, whole);
    expect(unread(report)).toHaveLength(8);
    for (const file of report.files) expect(file.alreadyThere).toBe(file.rowsIn);
    expect(await publicIdsOf(bench)).toEqual(seen);

    const other = await workbench();
    const undisturbed = await other.import(instacart, whole);
    const sums = ({ tables: all }: ImportReport) => all.map(({ checksum }) => checksum);
    expect(sums(report)).toEqual(sums(undisturbed));
    expect(await stateOf(bench)).toEqual(await stateOf(other));
    await other.close();
  }, 180_000);

  test('tells which file it did not load, and what stays', async () => {
    const failed = await importUntil(whole, ({ sql }) => /^(INSERT INTO|COPY) "orders"/.test(sql));
    expect(failed).toContain(
      'Nothing of orders.csv was loaded, and the table orders is as it was.',
    );
    expect(failed).toContain('(departments, aisles, products, users); a second run goes on');
  });

  test('reads a file again that is not the same any more', async () => {
    await importUntil(whole, commitOf('users', 'after'));
    const users = smallShop['users.csv'].replace('Ada', 'Augusta');
    const report = await bench.import(instacart, {
      ...whole,
      'users.csv': `${users}8,New,Person,new@example.org,,,,,\n`,
    });
    expect(figures(report)['users.csv']).toEqual([3, 1, 1, 1]);
    expect((await rejectsOf(report))[0]).toContain('differs from what is there: first_name');
    expect(unread(report).map((note) => note.split(':')[0])).toEqual([
      ...['departments.csv', 'aisles.csv', 'products.csv'],
    ]);
  });

  test('reads files again whose table is not the same any more', async () => {
    await importUntil(whole, commitOf('order_items', 'after'));
    await bench.rows('DELETE FROM order_items WHERE order_id = 123');
    await bench.rows(`UPDATE users SET city = 'London' WHERE id = 7`);
    const report = await bench.import(instacart, whole);
    expect(figures(report)).toMatchObject({
      'users.csv': [2, 0, 1, 1],
      'orders.csv': [3, 0, 0, 3],
      'order_products__prior.csv': [2, 0, 0, 2],
      'order_products__train.csv': [2, 1, 0, 1],
    });
    expect(unread(report)).toHaveLength(4);
  });

  test('reads a file with rejected rows again, so that the rejects file is whole', async () => {
    const files = { ...whole, 'aisles.csv': `${smallShop['aisles.csv']}x,nowhere\n` };
    await importUntil(files, commitOf('users', 'after'));
    const report = await bench.import(instacart, files);
    expect(figures(report)['aisles.csv']).toEqual([3, 0, 1, 2]);
    expect(await rejectsOf(report)).toEqual([
      'aisles.csv,4,aisle_id is not a whole number,"x,nowhere"',
    ]);
    expect(unread(report)).toHaveLength(3);
  });

  test('reads a file again that the plan means differently now', async () => {
    await importUntil(whole, commitOf('products', 'after'));
    const report = await bench.import(instacart, whole, { prices: 'seeded' });
    expect(unread(report).map((note) => note.split(':')[0])).toEqual([
      ...['departments.csv', 'aisles.csv'],
    ]);
  });

  test('makes nobody up again for a file that is absent, and keeps new ids behind them', async () => {
    const files = shopWith({ 'users.csv': null });
    await importUntil(files, commitOf('orders', 'after'));
    const next = `SELECT nextval('users_id_seq')`;
    expect(await bench.value(next)).toBe('400000');
    const ids = await publicIdsOf(bench);
    const report = await bench.import(instacart, files);
    expect(figures(report)['orders.csv']).toEqual([3, 0, 0, 3]);
    expect(report.tables.find(({ table }) => table === 'users')).toMatchObject({ placeholders: 0 });
    expect(await publicIdsOf(bench)).toEqual(ids);
  });

  test('reads what comes as a stream, whatever is there', async () => {
    await importUntil(whole, commitOf('users', 'after'));
    const stream = Readable.from(Buffer.from(smallShop['users.csv']));
    const task = { database: bench.pool, plan: instacart, file: 'users.csv', stream };
    const report = await importStream(task);
    expect([figures(report), unread(report)]).toEqual([{ 'users.csv': [2, 0, 0, 2] }, []]);
    expect(await remembered()).toEqual(['aisles', 'departments', 'products']);
  });
});

describe('an import that ended', () => {
  test('leaves nothing to go on from: the next one reads every row', async () => {
    await bench.import(instacart, whole);
    expect(await remembered()).toEqual([]);
    await bench.rows('DELETE FROM order_items WHERE order_id = 123');
    const report = await bench.import(instacart, whole);
    expect(unread(report)).toEqual([]);
    expect(figures(report)['order_products__train.csv']).toEqual([2, 1, 0, 1]);
  });
});
