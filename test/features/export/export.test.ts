import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Writable } from 'node:stream';
import { Field, View } from 'nest-dual-id';
import { ExportError, exportView, exportViewTo } from 'nest-dual-id/export';
import type { ExportRequest } from 'nest-dual-id/export';
import { CartView } from '../../../src/shop/carts/cart.view.js';
import { OrderSummary, OrderView } from '../../../src/shop/orders/order.view.js';
import { ProductView } from '../../../src/shop/products/product.view.js';
import { User } from '../../../src/shop/users/user.entity.js';
import { UserView } from '../../../src/shop/users/user.view.js';
import { shopViews } from '../../../src/shop/views.js';
import { ViewRegistry } from '../../../src/core/view/view-registry.js';
import { runSql } from '../../support/empty-database.js';
import type { FilledShop } from './filled-shop.js';
import { awkward, filledShop } from './filled-shop.js';
import { parseCsv } from './parse-csv.js';

let filled: FilledShop;
beforeAll(async () => {
  filled = await filledShop();
});
afterAll(() => filled.close());

async function textOf(request: Omit<ExportRequest, 'dataSource'>): Promise<string> {
  let text = '';
  for await (const chunk of exportView({ dataSource: filled.dataSource, ...request }))
    text += chunk;
  return text;
}

const rowsOf = async (request: Omit<ExportRequest, 'dataSource'>) =>
  (await textOf({ format: 'ndjson', ...request }))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe.each(shopViews.map((view) => [view.name, view] as const))(
  'the export of %s',
  (_, view) => {
    test('has rows in both formats, and no internal id anywhere', async () => {
      const csv = await textOf({ view });
      const ndjson = await textOf({ view, format: 'ndjson' });
      expect(ndjson.split('\n').length).toBeGreaterThan(2);
      expect(filled.canaries.find(csv)).toEqual([]);
      expect(filled.canaries.find(ndjson)).toEqual([]);
    });

    test('reads back from CSV with the values of NDJSON', async () => {
      const [header = [], ...records] = parseCsv(await textOf({ view }));
      const rows = await rowsOf({ view });
      const names = header.map(({ text }) => text);
      // A list that was cut is named in a column of its own, which is empty here.
      expect(names.filter((name) => name !== 'truncated')).toEqual(Object.keys(rows[0]!));
      const read = records.map((cells) =>
        cells.map(({ text, isQuoted }, index) => {
          const like = rows.find((row) => row[names[index]!] !== null)?.[names[index]!];
          if (text === '' && !isQuoted) return null;
          return typeof like === 'string' || like === undefined ? text : JSON.parse(text);
        }),
      );
      expect(read).toEqual(rows.map((row) => names.map((name) => row[name] ?? null)));
    });
  },
);

describe('an export', () => {
  test('shows the same of every row as the API', async () => {
    for (const [view, path] of [
      [UserView, '/users'],
      [ProductView, '/products'],
      [OrderView, '/orders'],
      [CartView, '/carts'],
    ] as const) {
      for (const row of await rowsOf({ view })) {
        const { body } = await filled.shop.ask('GET', `${path}/${String(row['uuid'])}`);
        expect(row).toEqual(body);
      }
    }
  });

  test('knows every view that the shop returns', () => {
    const answered = filled.shop.app.get(ViewRegistry).all();
    const names = answered.map(({ name }) => name).filter((name) => name !== 'Passport');
    expect(shopViews.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  });

  test('keeps every character of a text', async () => {
    const rows = await rowsOf({ view: ProductView });
    expect(rows.map(({ name }) => name)).toEqual([...awkward, 'Without a price']);
    const cells = parseCsv(await textOf({ view: ProductView })).slice(1);
    expect(cells.map((row) => row[1]!.text)).toEqual([...awkward, 'Without a price']);
  });

  test('distinguishes an empty text from null', async () => {
    const [user] = filled.users;
    const set = `UPDATE users SET city = '', street = NULL WHERE uuid = '${user}'`;
    await runSql(filled.shop.databaseUrl, set);
    const [names = [], row = []] = parseCsv(await textOf({ view: UserView }));
    const cell = (name: string) => row[names.findIndex(({ text }) => text === name)];
    expect(cell('city')).toEqual({ text: '', isQuoted: true });
    expect(cell('street')).toEqual({ text: '', isQuoted: false });
  });

  test('has a header even without rows', async () => {
    const view = ProductView;
    expect(await textOf({ view, filters: { minPrice: '999' } })).toBe(
      'uuid,name,price,department,aisle,createdAt,updatedAt\r\n',
    );
    expect(await textOf({ view, format: 'ndjson', filters: { minPrice: '999' } })).toBe('');
  });

  test('leaves out deleted rows', async () => {
    const { databaseUrl: url, ask } = filled.shop;
    const added = await ask('POST', '/products', {
      body: { name: 'X', department: 'produce', aisle: 'fresh-fruits' },
    });
    const uuids = async () => (await rowsOf({ view: ProductView })).map(({ uuid }) => uuid);
    expect(await uuids()).toContain(added.body.uuid);
    await runSql(url, `UPDATE products SET deleted_at = now() WHERE uuid = '${added.body.uuid}'`);
    expect(await uuids()).not.toContain(added.body.uuid);
  });
});

describe('filters', () => {
  test('are those of the pages', async () => {
    const userUuid = filled.users[1]!;
    const rows = await rowsOf({ view: OrderSummary, filters: { userUuid, status: 'processing' } });
    expect(rows).toMatchObject([{ userUuid, status: 'processing' }]);
  });

  test.each([
    [
      'an unknown name',
      { colour: 'red' },
      'OrderSummary has no filter colour. Its filters: status, userUuid.',
    ],
    ['a parameter of pages', { limit: '5' }, 'OrderSummary has no filter limit.'],
    [
      'an unknown status',
      { status: 'lost' },
      'The filter status needs a different value: one of pending,',
    ],
    [
      'a number as a public id',
      { userUuid: '7' },
      'The filter userUuid needs a different value: uuid.',
    ],
  ])('with %s are refused before anything is written', async (_what, filters, sentence) => {
    const refused = textOf({ view: OrderSummary, filters: filters as Record<string, string> });
    await expect(refused).rejects.toThrow(ExportError);
    await expect(refused).rejects.toThrow(sentence);
  });
});

describe('the transaction', () => {
  const many = { view: UserView, format: 'ndjson' } as const;
  beforeAll(async () => {
    await runSql(
      filled.shop.databaseUrl,
      `INSERT INTO users (first_name, last_name, email)
       SELECT 'Many', 'Users', 'many-' || n || '@example.org' FROM generate_series(1, 3000) n`,
    );
  });

  test('shows one snapshot, whatever happens meanwhile', async () => {
    let lines = 0;
    for await (const chunk of exportView({ dataSource: filled.dataSource, ...many })) {
      if (lines === 0) {
        await runSql(
          filled.shop.databaseUrl,
          `INSERT INTO users (first_name, last_name, email) VALUES ('Too', 'Late', 'late@example.org')`,
        );
      }
      expect(chunk).not.toContain('late@example.org');
      lines += chunk.split('\n').length - 1;
    }
    expect(lines).toBe(3002);
    expect(await filled.openTransactions()).toBe(0);
  });

  test('ends when a consumer leaves early', async () => {
    for await (const chunk of exportView({ dataSource: filled.dataSource, ...many })) {
      expect(chunk).not.toBe('');
      expect(await filled.openTransactions()).toBe(1);
      break;
    }
    expect(await filled.openTransactions()).toBe(0);
  });

  test('ends when the stream it is written to fails', async () => {
    const failing = new Writable({ write: (_chunk, _encoding, done) => done(new Error('full')) });
    const exported = exportViewTo(failing, { dataSource: filled.dataSource, ...many });
    await expect(exported).rejects.toThrow('full');
    expect(await filled.openTransactions()).toBe(0);
  });

  test('waits for a slow stream and returns the number of rows', async () => {
    let waiting = 0;
    const slow = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => {
        expect((waiting += 1)).toBe(1);
        setTimeout(() => done((waiting -= 1) as unknown as null), 5);
      },
      final: (done) => done(),
    });
    const rows = await exportViewTo(slow, { dataSource: filled.dataSource, ...many });
    expect(rows).toBe(3003);
  });

  test('ends when the connection is lost, with an error without SQL', async () => {
    const reader = exportView({ dataSource: filled.dataSource, ...many });
    await reader.next();
    await runSql(
      filled.shop.databaseUrl,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name LIKE 'export %' AND xact_start IS NOT NULL
         AND datname = current_database()`,
    );
    const failure: unknown = await reader.next().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'unavailable' });
    expect(await textOf({ view: ProductView })).toContain('Without a price');
  });
});

test('a view with an internal id cannot even be exported', async () => {
  @View(User)
  class Leaky {
    @Field('id') number!: string;
  }
  await expect(textOf({ view: Leaky })).rejects.toThrow('would show an internal id');
});
