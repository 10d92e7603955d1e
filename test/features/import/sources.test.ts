import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readdir, readlink, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { importFolder, importStream } from 'nest-dual-id/import';
import type { ImportProgress } from 'nest-dual-id/import';
import { instacart } from '../../../src/shop/import/instacart.js';
import { shopWith, smallShop } from './small-shop.js';
import type { Workbench } from './workbench.js';
import { figures, rejectsOf, workbench } from './workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await workbench();
});
afterEach(async () => bench.close());

const orders = smallShop['orders.csv'];
const packed = { 'orders.csv.gz': gzipSync(orders), 'orders.csv': null };

describe('a file as gzip', () => {
  test('stands for the file it holds, and keeps its line numbers', async () => {
    const bad = { ...packed, 'orders.csv.gz': gzipSync(`${orders}x,7,prior,3,1,1,\n`) };
    const report = await bench.import(instacart, shopWith(bad));
    expect(figures(report)['orders.csv']).toEqual([4, 3, 1, 0]);
    expect(await rejectsOf(report)).toEqual([
      'orders.csv,5,order_id is not a whole number,"x,7,prior,3,1,1,"',
    ]);
  });

  test('is left alone beside the file itself', async () => {
    const beside = { 'orders.csv.gz': gzipSync('order_id\n') };
    const report = await bench.import(instacart, shopWith(beside));
    expect(figures(report)['orders.csv']).toEqual([3, 3, 0, 0]);
    expect(report.notes).toContain('orders.csv.gz is not in the plan; left alone.');
  });

  test('stops the import at its table when it is cut off', async () => {
    const many = Array.from(
      { length: 50_000 },
      (_, index) => `${index + 500},7,prior,${index + 9},1,1,`,
    );
    const whole = gzipSync(`${orders}${many.join('\n')}\n`);
    const cut = { ...packed, 'orders.csv.gz': whole.subarray(0, whole.length - 20) };
    await expect(bench.import(instacart, shopWith(cut))).rejects.toThrow(
      /^(A gzip file is damaged or cut off|.*unexpected end of file).* Nothing of orders\.csv was loaded/,
    );
    expect(await bench.value('SELECT count(*)::int FROM orders')).toBe(0);
    expect(await bench.value('SELECT count(*)::int FROM users')).toBe(2);
  });
});

describe('a folder', () => {
  test('leaves no file open behind an import', async () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `${index + 1},Aisle ${index}`);
    const aisles = `aisle_id,aisle\n${names.join('\n')}\n`;
    const folder = await bench.folder(shopWith({ ...packed, 'aisles.csv': aisles }));
    const run = { database: bench.pool, plan: instacart, folder, options: { rejects: folder } };
    await importFolder(run);
    await importFolder(run);
    const bad = await bench.folder(shopWith({ 'products.csv': 'product_id\n1\n' }));
    await expect(importFolder({ ...run, folder: bad })).rejects.toThrow('has no header');
    for (const left of [folder, bad]) await expectClosed(left);
  });

  test('with a pipe instead of a file is refused without waiting for it', async () => {
    const folder = await bench.folder(shopWith({ 'users.csv': null }));
    execFileSync('mkfifo', [join(folder, 'users.csv')]);
    const importing = importFolder({ database: bench.pool, plan: instacart, folder });
    await expect(importing).rejects.toThrow(
      /users\.csv is not a regular file\. Put the file itself there, or import its content as a stream\.$/,
    );
  });

  test('may link to files elsewhere', async () => {
    const elsewhere = await bench.folder({ 'other.csv': orders });
    const folder = await bench.folder(shopWith({ 'orders.csv': null }));
    await symlink(join(elsewhere, 'other.csv'), join(folder, 'orders.csv'));
    const report = await importFolder({
      database: bench.pool,
      plan: instacart,
      folder,
      options: { rejects: folder },
    });
    expect(figures(report)['orders.csv']).toEqual([3, 3, 0, 0]);
    await rm(join(elsewhere, 'other.csv'));
    await expect(importFolder({ database: bench.pool, plan: instacart, folder })).rejects.toThrow(
      /orders\.csv cannot be read: ENOENT.* Put that right and run the import again\.$/,
    );
  });

  test('tells a gzip file that is cut off in its header from one that may not be read', async () => {
    const whole = gzipSync(orders);
    for (const cut of [whole.subarray(0, 15), Buffer.concat([whole.subarray(0, 12), whole])]) {
      await expect(
        bench.import(instacart, shopWith({ ...packed, 'orders.csv.gz': cut })),
      ).rejects.toThrow(
        /orders\.csv\.gz is a gzip file that is damaged or cut off\. Make it once more and run the import again\.$/,
      );
    }
  });
});

/** No descriptor of this process leads to a file of a folder; closing takes a moment. */
async function expectClosed(folder: string): Promise<void> {
  let open: string[] = [];
  for (let tries = 0; tries < 100; tries += 1) {
    const links = (await readdir('/proc/self/fd')).map((fd) =>
      readlink(`/proc/self/fd/${fd}`).catch(() => ''),
    );
    open = (await Promise.all(links)).filter((path) => path.startsWith(folder));
    if (open.length === 0) return;
    await sleep(20);
  }
  expect(open).toEqual([]);
}

describe('one file as a stream', () => {
  const send = (file: string, content: string | Buffer) =>
    importStream({
      database: bench.pool,
      plan: instacart,
      file,
      stream: Readable.from(Buffer.from(content)),
    });

  test('is imported by its name, plain or as gzip', async () => {
    await send('departments.csv', smallShop['departments.csv']);
    await send('aisles.csv', gzipSync(smallShop['aisles.csv']));
    const report = await send('products.csv.gz', gzipSync(smallShop['products.csv']));
    expect(figures(report)).toEqual({ 'products.csv': [2, 2, 0, 0] });
    expect(report.notes).toEqual([]);
  });

  test('refers to what is in the database, and makes nobody up', async () => {
    const report = await send('orders.csv', orders);
    expect(figures(report)['orders.csv']).toEqual([3, 0, 3, 0]);
    expect(await bench.value('SELECT count(*)::int FROM users')).toBe(0);
  });

  test('needs a name of the plan and a header', async () => {
    await expect(send('invoices.csv', orders)).rejects.toThrow(
      'The plan has no file invoices.csv, only departments.csv, ',
    );
    await expect(send('aisles.csv', '')).rejects.toThrow('aisles.csv is empty.');
    await expect(send('aisles.csv', 'aisle_id\n1\n')).rejects.toThrow('has no header aisle,');
  });

  test('of megabytes comes through whole, however it is cut', async () => {
    const names = Array.from(
      { length: 40_000 },
      (_, index) => `${index + 1},"Department ""${index}"""`,
    );
    const content = gzipSync(`department_id,department\n${names.join('\n')}\n`);
    const pieces = Array.from({ length: Math.ceil(content.length / 997) }, (_, index) =>
      content.subarray(index * 997, (index + 1) * 997),
    );
    const stream = Readable.from(pieces);
    const file = 'departments.csv';
    const report = await importStream({ database: bench.pool, plan: instacart, file, stream });
    expect(figures(report)[file]).toEqual([40_000, 40_000, 0, 0]);
  });
});

describe('the report', () => {
  const checksums = async (files = smallShop as Parameters<Workbench['import']>[1]) =>
    Object.fromEntries(
      (await bench.import(instacart, files)).tables.map(({ table, checksum }) => [table, checksum]),
    );

  test('has a checksum for each table, the same on every server and in any order', async () => {
    const turned = smallShop['aisles.csv'].trim().split('\n');
    const files = shopWith({ 'aisles.csv': [turned[0], turned[2], turned[1]].join('\n') });
    expect(await checksums(files)).toEqual(knownChecksums);
    expect(await checksums()).toEqual(knownChecksums);
  });

  test('has checksums that new rows leave alone and changed history does not', async () => {
    const before = await checksums();
    await bench.rows(
      `INSERT INTO users (first_name, last_name, email) VALUES ('New', 'Customer', 'n@example.org')`,
    );
    await bench.rows(`INSERT INTO orders (user_id, number, day_of_week, hour_of_day)
      SELECT 7, 9, 1, 1`);
    expect(await checksums()).toEqual(before);
    await bench.rows(`UPDATE users SET city = 'Ulm' WHERE id = 7`);
    const after = await checksums();
    expect(after['users']).not.toBe(before['users']);
    expect({ ...after, users: '' }).toEqual({ ...before, users: '' });
  });

  test('comes with progress for whoever listens', async () => {
    const seen: ImportProgress[] = [];
    await importFolder({
      database: bench.pool,
      plan: instacart,
      folder: await bench.folder(smallShop),
      onProgress: (progress) => seen.push(progress),
    });
    const own = seen.filter(({ file }) => file === 'orders.csv');
    expect(own.map(({ step }) => step)).toEqual(['reading', 'checking', 'loading', 'done']);
    expect(own[3]).toEqual({
      file: 'orders.csv',
      table: 'orders',
      step: 'done',
      rows: 3,
      bytes: orders.length,
      totalBytes: orders.length,
    });
  });
});

// Of PostgreSQL 15 and 18 alike.
const knownChecksums = {
  departments: '3f53dd8e93d7dead8f948a0313ed104f',
  aisles: 'f57359e96e1c36a8b2a13a92f61dd33b',
  products: 'bbdd1109dc1020429c566b9a42e388dd',
  users: '41838b87114ca770de4bec7adedc3f9f',
  orders: '73fab0fd156490c72c0ef4143546e5a8',
  order_items: 'd38e2e1cc9cf47602ce4e1c81e08c08d',
};
