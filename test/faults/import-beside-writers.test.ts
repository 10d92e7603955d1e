import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importFolder } from 'nest-dual-id/import';
import type { ImportReport } from 'nest-dual-id/import';
import pg from 'pg';
import { instacart } from '../../src/shop/import/instacart.js';
import type { Workbench } from '../features/import/workbench.js';
import { workbench } from '../features/import/workbench.js';
import { generate } from '../shop/generated-folder.js';
import type { TestShop } from '../support/shop.js';
import { testShop } from '../support/shop.js';

const rounds = 3;
const writers = 12;
const tables = ['products', 'users', 'orders', 'order_items'];

let bench: Workbench;
let folder: string;
beforeAll(async () => {
  bench = await workbench();
  folder = await generate(await bench.folder({}), { users: 400 });
});
afterAll(() => bench.close());

/** What writers did until they were stopped: statuses, and the acknowledged orders. */
class Writers {
  readonly statuses = new Map<string, number>();
  readonly orders: string[] = [];
  readonly made = new Map(tables.map((table) => [table, 0]));
  #isOver = false;
  #count = 0;

  constructor(
    private readonly shop: TestShop,
    private readonly users: readonly string[],
    private readonly products: readonly string[],
  ) {}

  run(): Promise<unknown> {
    return Promise.all(Array.from({ length: writers }, () => this.#loop()));
  }

  stop(): void {
    this.#isOver = true;
  }

  async #loop(): Promise<void> {
    while (!this.#isOver) {
      const user = pick(this.users);
      const n = (this.#count += 1);
      const items = [{ productUuid: pick(this.products), quantity: 1 }];
      const order = await this.#call('POST', `/users/${user}/orders`, { items });
      if (order.status === 201) {
        this.orders.push(order.body.uuid as string);
        this.#add('orders');
        this.#add('order_items');
      }
      const customer = { firstName: 'New', lastName: 'One', email: `${n}@new.example.org` };
      if ((await this.#call('POST', '/users', customer)).status === 201) this.#add('users');
      const product = { name: `P ${n}`, price: '1.00', department: 'produce', aisle: 'ice-cream' };
      if ((await this.#call('POST', '/products', product)).status === 201) this.#add('products');
      await this.#call('PATCH', `/users/${pick(this.users)}`, { city: `City ${n}` });
    }
  }

  async #call(method: string, path: string, body: unknown) {
    const answer = await this.shop.ask(method, path, { body });
    const key = `${method} ${path.replaceAll(/[0-9a-f-]{36}/g, ':uuid')} ${answer.status}`;
    this.statuses.set(key, (this.statuses.get(key) ?? 0) + 1);
    return answer;
  }

  #add(table: string): void {
    this.made.set(table, this.made.get(table)! + 1);
  }
}

function pick<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)]!;
}

/** A folder without orders, so that the customers exist before their orders. */
async function withoutOrders(): Promise<string> {
  const path = await bench.folder({});
  for (const name of ['departments.csv', 'aisles.csv', 'products.csv', 'users.csv']) {
    await copyFile(join(folder, name), join(path, name));
  }
  for (const name of ['orders.csv', 'order_products__prior.csv']) {
    const [header] = (await readFile(join(folder, name), 'utf8')).split('\n');
    await writeFile(join(path, name), `${header}\n`);
  }
  return path;
}

const load = (database: string, path: string): Promise<ImportReport> =>
  importFolder({
    database,
    plan: instacart,
    folder: path,
    options: { rejects: path, prices: 'seeded' },
  });

test('an import next to writers of the same tables ends, and both ledgers are exact', async () => {
  for (let round = 1; round <= rounds; round += 1) {
    const shop = await testShop();
    const pool = new pg.Pool({ connectionString: shop.databaseUrl, max: 2 });
    const uuids = async (sql: string) =>
      (await pool.query<{ uuid: string }>(sql)).rows.map(({ uuid }) => uuid);
    await load(shop.databaseUrl, await withoutOrders());
    const counts = async () => {
      const entries = tables.map(async (table) => {
        const { rows } = await pool.query<{ count: number }>(
          `SELECT count(*)::int AS count FROM ${table}`,
        );
        return [table, rows[0]!.count] as const;
      });
      return Object.fromEntries(await Promise.all(entries));
    };
    const before = await counts();
    const traffic = new Writers(
      shop,
      // Few customers, so that their order numbers are those of the import.
      await uuids('SELECT uuid FROM users ORDER BY id LIMIT 50'),
      await uuids('SELECT uuid FROM products WHERE price IS NOT NULL LIMIT 500'),
    );
    const running = traffic.run();
    const report = await load(shop.databaseUrl, folder).finally(() => traffic.stop());
    await running;
    process.stdout.write(
      `${JSON.stringify({ round, statuses: [...traffic.statuses], seconds: report.seconds })}\n`,
    );
    const after = await counts();
    for (const table of tables) {
      const loaded = report.files.filter((file) => file.table === table);
      for (const file of loaded) {
        expect(file.rowsIn).toBe(file.loaded + file.rejected + file.alreadyThere);
      }
      const sum = loaded.reduce((total, file) => total + file.loaded, 0);
      expect([table, after[table]]).toEqual([
        table,
        before[table]! + sum + traffic.made.get(table)!,
      ]);
    }
    const rejected = report.files.reduce((total, file) => total + file.rejected, 0);
    const told =
      report.rejectsFile === null ? [] : (await readFile(report.rejectsFile, 'utf8')).split('\n');
    expect(told.length).toBe(rejected === 0 ? 0 : rejected + 2);
    const { rows } = await pool.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM orders WHERE uuid = ANY ($1)',
      [traffic.orders],
    );
    expect(rows[0]!.count).toBe(traffic.orders.length);
    await pool.end();
    await shop.stop();
  }
}, 600_000);
