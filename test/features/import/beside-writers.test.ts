import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { importFolder, importStream } from 'nest-dual-id/import';
import type { ImportRequest } from 'nest-dual-id/import';
import pg from 'pg';
import { instacart } from '../../../src/shop/import/instacart.js';
import type { TestShop } from '../../support/shop.js';
import { aProduct, testShop } from '../../support/shop.js';
import type { HttpResponse } from '../../support/http-client.js';
import { pausingPool } from './paused.js';
import { shopWith, smallShop } from './small-shop.js';
import type { Files, Workbench } from './workbench.js';
import { figures, rejectsOf, workbench } from './workbench.js';

// What the shop has made already has the numbers from 1000 on.
const lookUps = {
  'departments.csv': 'department_id,department\n1000,produce\n1001,frozen\n',
  'aisles.csv': 'aisle_id,aisle\n1000,fresh fruits\n1001,ice cream\n',
  'products.csv':
    'product_id,product_name,aisle_id,department_id\n1,Pears,1000,1000\n105,Sorbet,1001,1001\n',
};

/** Resolves once so many sessions of a database wait for a lock. */
async function waiting(pool: pg.Pool, sessions: number): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (rows[0]!.count >= sessions) return;
    await sleep(10);
  }
}

async function load(
  bench: Workbench,
  files: Files,
  request: Partial<ImportRequest> = {},
): ReturnType<typeof importFolder> {
  const folder = await bench.folder(files);
  const options = { rejects: folder };
  return importFolder({ database: bench.pool, plan: instacart, folder, options, ...request });
}

describe('writers that wait for the rows of an import', () => {
  let bench: Workbench;
  let shop: TestShop;
  let asks: pg.Pool;
  beforeAll(async () => {
    bench = await workbench();
    shop = await testShop();
    asks = new pg.Pool({ connectionString: shop.databaseUrl, max: 4 });
    await aProduct(shop, 'Milk', '4.20');
  });
  afterAll(async () => {
    await asks.end();
    await shop.stop();
    await bench.close();
  });

  test('end well, and so does the import', async () => {
    const answers: Promise<HttpResponse>[] = [];
    const inserts = /^INSERT INTO "(products|users)"/;
    const pool = pausingPool(shop.databaseUrl, inserts, async (table) => {
      const product = { name: 'Tea', price: '1.00', department: 'produce', aisle: 'fresh-fruits' };
      const customer = { firstName: 'Other', lastName: 'Ada', email: 'ada@example.org' };
      if (table === 'products') answers.push(shop.ask('POST', '/products', { body: product }));
      else answers.push(shop.ask('POST', '/users', { body: customer }));
      await waiting(asks, 1);
    });
    const report = await load(bench, shopWith(lookUps), { database: pool });
    await pool.end();
    expect(figures(report)).toMatchObject({
      'products.csv': [2, 2, 0, 0],
      'users.csv': [2, 2, 0, 0],
      'orders.csv': [3, 3, 0, 0],
    });
    const ended = await Promise.all(answers);
    expect(ended.map(({ status, body }) => [status, body.code])).toEqual([
      [201, undefined],
      [409, 'conflict'],
    ]);
  });

  test('are given ids that the import does not use', async () => {
    const ids: string[] = [];
    const more = { 'departments.csv': `${lookUps['departments.csv']}1003,deli\n1077,pantry\n` };
    const pool = pausingPool(shop.databaseUrl, /^INSERT INTO "departments"/, async () => {
      const { rows } = await asks.query<{ id: string }>(
        `INSERT INTO departments (name, slug) VALUES ('Bakery', 'bakery') RETURNING id`,
      );
      ids.push(rows[0]!.id);
    });
    const report = await load(bench, shopWith({ ...lookUps, ...more }), { database: pool });
    await pool.end();
    expect(figures(report)['departments.csv']).toEqual([4, 2, 0, 2]);
    expect(ids.map(Number)).toEqual([1078]);
  });
});

describe('an import that waits for the rows of a writer', () => {
  const insertUser = (email: string, id = 'DEFAULT') =>
    `INSERT INTO users (id, first_name, last_name, email)
     OVERRIDING SYSTEM VALUE VALUES (${id}, 'Ann', 'Other', '${email}')`;
  let bench: Workbench;
  let writer: pg.PoolClient;
  beforeAll(async () => {
    bench = await workbench();
    await bench.rows(`CREATE ROLE importer LOGIN PASSWORD 'importer'`);
    await bench.rows(`GRANT ALL ON SCHEMA public, dual_id TO importer`);
    await bench.rows(`GRANT ALL ON ALL TABLES IN SCHEMA public, dual_id TO importer`);
    await bench.rows(`GRANT ALL ON ALL SEQUENCES IN SCHEMA public, dual_id TO importer`);
    writer = await bench.pool.connect();
  });
  afterAll(async () => {
    writer.release();
    await bench.rows('DROP OWNED BY importer');
    await bench.rows('DROP ROLE importer');
    await bench.close();
  });

  test.each(['the owner', 'another role'])(
    'gives way to it when each waits for the other, as %s',
    async (role) => {
      const url = new URL(bench.url);
      if (role === 'another role') [url.username, url.password] = ['importer', 'importer'];
      const [first, second] = [`1-${url.username}@example.org`, `2-${url.username}@example.org`];
      const id = role === 'another role' ? 20 : 10;
      const users =
        'user_id,first_name,last_name,email_address\n' +
        `${id},A,A,${first}\n${id + 1},B,B,${second}\n${id + 2},C,C,3-${first}\n`;
      await writer.query('BEGIN');
      await writer.query(insertUser(second));
      const importing = load(bench, shopWith({ 'users.csv': users, ...noOrders }), {
        database: url.href,
      });
      await waiting(bench.superuser, 1);
      await writer.query(insertUser(first));
      await writer.query('COMMIT');
      const report = await importing;
      expect(figures(report)['users.csv']).toEqual([3, 1, 2, 0]);
      expect(await rejectsOf(report)).toEqual([
        expect.stringContaining(`users.csv,2,`),
        expect.stringContaining(`users.csv,3,`),
      ]);
      expect(
        await bench.value(`SELECT count(*)::int FROM users u JOIN dual_id.passports p USING (uuid)
          WHERE u.email LIKE '%${url.username}@example.org'`),
      ).toBe(3);
    },
  );

  test('counts a row that came meanwhile as what it is', async () => {
    const users =
      'user_id,first_name,last_name,email_address\n' +
      '30,Ann,Other,same@example.org\n31,Ann,Other,not-same@example.org\n';
    await writer.query('BEGIN');
    await writer.query(insertUser('same@example.org', '30'));
    await writer.query(insertUser('else@example.org', '31'));
    const importing = load(bench, shopWith({ 'users.csv': users, ...noOrders }));
    await waiting(bench.superuser, 1);
    await writer.query('COMMIT');
    const report = await importing;
    expect(figures(report)['users.csv']).toEqual([2, 0, 1, 1]);
  });

  test('begins the table again, and tells each rejected row once', async () => {
    await load(bench, smallShop);
    const [prior, train] = ['order_products__prior.csv', 'order_products__train.csv'] as const;
    const items = {
      [prior]: `${smallShop[prior]}122,999,3,0\n`,
      [train]: `${smallShop[train]}123,1,2,0\n`,
    };
    await writer.query('BEGIN');
    await writer.query(`INSERT INTO order_items VALUES (123, 1, 1, 1, 2, false)`);
    let readings = 0;
    const report = await load(bench, shopWith(items), {
      onProgress: ({ file, step, rows, bytes }) => {
        if (file !== prior || step !== 'reading' || rows < 1 || bytes < 1) return;
        readings += 1;
        if (readings === 2) void writer.query('ROLLBACK');
      },
    });
    expect(readings).toBeGreaterThan(1);
    expect(figures(report)).toMatchObject({ [prior]: [3, 0, 1, 2], [train]: [3, 1, 0, 2] });
    expect(await rejectsOf(report)).toEqual([expect.stringContaining('122,999')]);
  }, 60_000);

  test('goes on with a stream, which it cannot read again', async () => {
    const users = 'user_id,first_name,last_name,email_address\n40,Ann,Other,40@example.org\n';
    await writer.query('BEGIN');
    await writer.query(insertUser('40@example.org'));
    const stream = Readable.from([Buffer.from(users)]);
    const importing = importStream({
      database: bench.pool,
      plan: instacart,
      file: 'users.csv',
      stream,
    });
    await waiting(bench.superuser, 1);
    await sleep(5000);
    await writer.query('ROLLBACK');
    expect(figures(await importing)['users.csv']).toEqual([1, 1, 0, 0]);
  }, 60_000);

  test('gives up in the end, with nothing loaded and a next step', async () => {
    const users = 'user_id,first_name,last_name,email_address\n50,Ann,Other,50@example.org\n';
    await writer.query('BEGIN');
    await writer.query(insertUser('50@example.org'));
    const importing = importStream({
      database: bench.pool,
      plan: instacart,
      file: 'users.csv',
      stream: Readable.from([Buffer.from(users)]),
      lockWait: 1,
    });
    await expect(importing).rejects.toThrow(
      /Other writers got in the way .* Nothing of users.csv was loaded.* run it again\.$/,
    );
    await writer.query('ROLLBACK');
    expect(await bench.value('SELECT count(*)::int FROM users WHERE id = 50')).toBe(0);
  }, 60_000);
});

const noOrders = {
  'orders.csv':
    'order_id,user_id,order_number,order_dow,order_hour_of_day,days_since_prior_order\n',
  'order_products__prior.csv': 'order_id,product_id,add_to_cart_order,reordered\n',
  'order_products__train.csv': null,
};
