import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { importFolder } from 'nest-dual-id/import';
import { instacart } from '../../src/shop/import/instacart.js';
import { dualId, dualIdProcess } from '../cli/command.js';
import { workbench } from '../features/import/workbench.js';
import type { CsvRow } from './generated-folder.js';
import { digests, generate, grouped, rowsOf } from './generated-folder.js';

let root: string;
let folder: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dual-id-generate-'));
  folder = await generate(join(root, 'one'), { users: 500 });
});
afterAll(async () => rm(root, { recursive: true }));

const numbers = (rows: readonly CsvRow[], column: string) => rows.map((row) => Number(row[column]));

describe('the bytes', () => {
  test('depend only on users, seed and sizes', async () => {
    const again = await generate(join(root, 'again'), { users: 500 });
    expect(await digests(again)).toEqual(await digests(folder));
    // Known from the first run; it changes only with the version, and is the same on every machine.
    const small = await digests(await generate(join(root, 'small'), { users: 3 }));
    expect(small['orders.csv']!.slice(0, 16)).toBe('5466320398305537');
    expect(small['products.csv']!.slice(0, 16)).toBe('ed10d91e8be9b93a');
  });

  test('can be read only by their owner', async () => {
    for (const name of await readdir(folder)) {
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    }
  });

  test('differ with another seed', async () => {
    const other = await digests(await generate(join(root, 'other'), { users: 500, seed: 'two' }));
    const own = await digests(folder);
    expect(Object.keys(other)).toEqual(Object.keys(own));
    for (const [name, digest] of Object.entries(own)) expect(other[name]).not.toBe(digest);
  });

  test('have the headers of the real files, and a price', async () => {
    const header = async (path: string) => (await readFile(path, 'utf8')).split('\n', 1)[0];
    expect(await header(join(folder, 'products.csv'))).toBe(
      'product_id,product_name,aisle_id,department_id,price',
    );
    const real = resolve(process.env['INSTACART_DATA'] ?? '../shared/instacart');
    if (!existsSync(real)) return;
    const names = (await readdir(real)).filter((name) => name.endsWith('.csv'));
    expect((await readdir(folder)).toSorted()).toEqual(names.toSorted());
    for (const name of names.filter((file) => file !== 'products.csv')) {
      expect(await header(join(folder, name))).toBe(await header(join(real, name)));
    }
  });

  test('hold no name of the real catalogue and people', async () => {
    const real = resolve(process.env['INSTACART_DATA'] ?? '../shared/instacart');
    if (!existsSync(real)) return;
    for (const [file, column] of [
      ['products.csv', 'product_name'],
      ['aisles.csv', 'aisle'],
      ['departments.csv', 'department'],
      ['users.csv', 'email_address'],
    ] as const) {
      const text = (await readFile(join(real, file), 'utf8')).toLowerCase();
      const rows = await rowsOf(folder, file);
      const copied = rows.filter((row) => text.includes(`,${row[column]!.toLowerCase()},`));
      expect(copied).toEqual([]);
    }
  });
});

describe('users and catalogue', () => {
  test('have unique ids in range, and unique addresses and names', async () => {
    for (const [file, id, name, most] of [
      ['users.csv', 'user_id', 'email_address', 399_999],
      ['products.csv', 'product_id', 'product_name', 99_999],
      ['aisles.csv', 'aisle_id', 'aisle', 300],
      ['departments.csv', 'department_id', 'department', 100],
    ] as const) {
      const rows = await rowsOf(folder, file);
      const ids = numbers(rows, id);
      expect(new Set(ids).size).toBe(rows.length);
      expect(Math.min(...ids)).toBeGreaterThanOrEqual(1);
      expect(Math.max(...ids)).toBeLessThanOrEqual(most);
      expect(new Set(rows.map((row) => row[name])).size).toBe(rows.length);
    }
    expect(await rowsOf(folder, 'users.csv')).toHaveLength(500);
    expect(await rowsOf(folder, 'products.csv')).toHaveLength(2000);
  });

  test('put every product into an aisle of its department, at a price', async () => {
    const products = await rowsOf(folder, 'products.csv');
    for (const [, group] of grouped(products, 'aisle_id')) {
      expect(new Set(group.map((row) => row['department_id'])).size).toBe(1);
    }
    for (const price of numbers(products, 'price')) {
      expect(price).toBeGreaterThanOrEqual(0.5);
      expect(price).toBeLessThan(25);
    }
  });

  test('come in the requested sizes, up to the largest', async () => {
    const sizes = { products: 99_999, aisles: 300, departments: 100 };
    const large = await generate(join(root, 'large'), { users: 1, sizes });
    for (const [name, count] of Object.entries(sizes)) {
      const rows = await rowsOf(large, `${name}.csv`);
      expect(new Set(rows.map((row) => Object.values(row)[1])).size).toBe(count);
    }
  });
});

describe('refusals', () => {
  test('are thrown for more users or orders than there are ids', async () => {
    const users = generate(join(root, 'many'), { users: 400_000 });
    await expect(users).rejects.toThrow(/Use 19\d{4} users or fewer with this seed\.$/);
    expect(existsSync(join(root, 'many'))).toBe(false);
  });

  test('are thrown for a folder with such files, which are left as they are', async () => {
    const before = await digests(folder);
    const again = generate(folder, { users: 1 });
    await expect(again).rejects.toThrow(`${folder} already has departments.csv. Choose another`);
    expect(await digests(folder)).toEqual(before);
  });

  test('name a folder that cannot be created, with the next step', async () => {
    const below = join(folder, 'departments.csv', 'more');
    await expect(generate(below, { users: 1 })).rejects.toThrow(
      `The folder ${below} cannot be created. Choose another one with --out.`,
    );
  });
});

describe('dual-id generate', () => {
  test('writes files that the import loads without a reject', async () => {
    const path = join(root, 'imported');
    const args = ['--users', '60', '--seed', 'seven', '--out', path, '--products', '500'];
    const { code, out, err } = await dualIdProcess(['generate', ...args]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^file +rows +bytes\n/);
    expect(out).toMatch(/\nusers\.csv +60 +\d+\n/);
    const bench = await workbench();
    try {
      const report = await importFolder({ database: bench.url, plan: instacart, folder: path });
      expect(report.rejectsFile).toBeNull();
      const loaded = report.files.map(({ file }) => file);
      expect(loaded).toEqual(expect.arrayContaining(['orders.csv', 'order_products__prior.csv']));
      for (const { file, rowsIn, loaded: rows, rejected } of report.files) {
        expect([file, rows, rejected]).toEqual([file, (await rowsOf(path, file)).length, 0]);
        expect(rowsIn).toBe(rows);
      }
    } finally {
      await bench.close();
    }
  });

  test.each([
    [['--users', '3'], 'Pass both: `dual-id generate --users <number> --seed <text>`.'],
    [['--users', '0', '--seed', '1'], '--users needs a whole number from 1 to'],
    [['--users', 'x', '--seed', '1'], '--users needs a whole number'],
    [
      ['--users', '1', '--seed', '1', '--products', '100000'],
      '--products needs a whole number from 1 to 99999, not 100000.',
    ],
    [['--users', '1', '--seed', '1', '--product', '5'], 'Did you mean --products?'],
    [['here', '--users', '1', '--seed', '1'], 'generate takes no argument, but got here.'],
  ])('responds to %j with a hint and exit code 2', async (args, sentence) => {
    const { code, err } = await dualId(['generate', ...args]);
    expect(code).toBe(2);
    expect(err).toContain(sentence);
  });
});
