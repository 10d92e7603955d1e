import { readdirSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { dualIdDataSource, revertMigration, runMigrations } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import type { MigrationInterface } from 'typeorm';
import type { TestDatabase } from './support/database.js';
import { emptyDatabase } from './support/empty-database.js';
import { schemaSnapshot } from './support/schema-snapshot.js';

type Migration = new () => MigrationInterface;

const folder = new URL('../migrations/', import.meta.url);
let migrations: readonly Migration[];
let database: TestDatabase;

beforeAll(async () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const modules = files.sort().map((name) => import(new URL(name, folder).href));
  migrations = (await Promise.all(modules)).flatMap((exported) =>
    Object.values<Migration>(exported),
  );
});
beforeEach(async () => {
  database = await emptyDatabase();
});
afterEach(() => database.drop());

/** Does something with a data source that knows the first migrations only. */
async function withFirst<T>(count: number, work: (source: DataSource) => Promise<T>): Promise<T> {
  const known = migrations.slice(0, count) as Migration[];
  const options = dualIdDataSource({ url: database.url, entities: [], migrations: known });
  const source = await new DataSource(options).initialize();
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}

const rows: Readonly<Record<string, string>> = {
  users: `INSERT INTO users (first_name, last_name, email) VALUES ('Ada', 'Byron', 'a@b.c')`,
  departments: `INSERT INTO departments (slug, name) VALUES ('produce', 'Produce')`,
  aisles: `INSERT INTO aisles (slug, name) VALUES ('fresh-herbs', 'Fresh herbs')`,
  products: `INSERT INTO products (name, price, department_id, aisle_id)
    SELECT 'Basil', 1.5, d.id, a.id FROM departments d, aisles a`,
  orders: `INSERT INTO orders (user_id, number, day_of_week, hour_of_day)
    SELECT id, 1, 0, 12 FROM users`,
  order_items: `INSERT INTO order_items
      (order_id, product_id, unit_price, quantity, add_to_cart_order, reordered)
    SELECT o.id, p.id, 1.5, 2, 1, false FROM orders o, products p`,
};

async function fill(source: DataSource): Promise<void> {
  for (const insert of Object.values(rows)) await source.query(insert);
}

describe('every migration', () => {
  test('can be reverted without a trace and run again to the same schema', async () => {
    for (let count = 1; count <= migrations.length; count += 1) {
      await withFirst(count, async (source) => {
        const before = await schemaSnapshot(source);
        expect(await runMigrations(source)).toHaveLength(1);
        const after = await schemaSnapshot(source);
        expect(after).not.toEqual(before);
        await revertMigration(source);
        expect(await schemaSnapshot(source)).toEqual(before);
        await runMigrations(source);
        expect(await schemaSnapshot(source)).toEqual(after);
      });
    }
  });

  test('can be reverted and run again with rows in the tables', async () => {
    await withFirst(migrations.length, async (source) => {
      await runMigrations(source);
      const schema = await schemaSnapshot(source);
      await fill(source);
      while ((await source.query('SELECT count(*)::int AS count FROM migrations'))[0].count > 1) {
        await revertMigration(source);
      }
      const passports = 'SELECT DISTINCT status FROM dual_id.passports';
      expect(await source.query(passports)).toEqual([{ status: 'deleted' }]);
      await runMigrations(source);
      expect(await schemaSnapshot(source)).toEqual(schema);
      await fill(source);
      while ((await revertMigration(source)) !== undefined);
      expect(await source.query(`SELECT to_regnamespace('dual_id') AS schema`)).toEqual([
        { schema: null },
      ]);
    });
  });

  test('installs the library before everything else', () => {
    expect(migrations[0]?.name).toBe('InstallDualId1760000000000');
  });
});

describe('the functions behind the triggers of the shop', () => {
  test('find its tables if the session has an empty search path, as in a restore of rows', async () => {
    await withFirst(migrations.length, async (source) => {
      await runMigrations(source);
      await source.transaction(async (session) => {
        await session.query(`SELECT set_config('search_path', '', true)`);
        const tables = new RegExp(`\\b(${Object.keys(rows).join('|')})\\b`, 'g');
        const inPublic = (sql: string) => sql.replaceAll(tables, 'public.$1');
        for (const insert of Object.values(rows)) await session.query(inPublic(insert));
        const counts = `SELECT product_count AS count FROM public.aisles`;
        expect(await session.query(counts)).toEqual([{ count: 1 }]);
        await session.query('UPDATE public.products SET deleted_at = now()');
        expect(await session.query(counts)).toEqual([{ count: 0 }]);
        await session.query(`UPDATE public.orders SET status = 'processing'`);
        const history = 'SELECT new_status AS status FROM public.order_status_history';
        expect(await session.query(history)).toEqual([{ status: 'processing' }]);
      });
      const loose = `SELECT p.oid::regprocedure AS name FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND p.prorettype = 'trigger'::regtype
          AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS c WHERE c LIKE 'search_path=%')`;
      expect(await source.query(loose)).toEqual([]);
    });
  });
});
