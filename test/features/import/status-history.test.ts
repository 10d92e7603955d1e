import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { instacart } from '../../../src/shop/import/instacart.js';
import { shopWith } from './small-shop.js';
import type { Workbench } from './workbench.js';
import { figures, rejectsOf, workbench } from './workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await workbench();
});
afterEach(async () => bench.close());

const file = 'order_status_history.csv';
const withHistory = (...lines: string[]) =>
  shopWith({ [file]: `order_id,status,changed_at\n${lines.join('\n')}\n` });
const statuses = () => bench.rows('SELECT id, status, version FROM orders ORDER BY id');
const history = () =>
  bench.rows(`SELECT order_id || ': ' || coalesce(old_status::text, '-') || ' > ' || new_status AS step
    FROM order_status_history ORDER BY id`);

describe('order_status_history.csv', () => {
  test('tells how orders came to their status, sorted by time', async () => {
    const report = await bench.import(
      instacart,
      withHistory(
        '123,cancelled,2016-01-03 10:00:00+00:00',
        '122,processing,2016-01-02 10:00:00+00:00',
        '123,pending,2016-01-01 10:00:00+00:00',
        '122,pending,2016-01-02 10:30:00+01:00',
      ),
    );
    expect(figures(report)[file]).toEqual([4, 4, 0, 0]);
    expect((await history()).map(({ step }) => step)).toEqual([
      '122: - > pending',
      '122: pending > processing',
      '123: - > pending',
      '123: pending > cancelled',
    ]);
    expect(await statuses()).toMatchObject([
      { id: '122', status: 'processing' },
      { id: '123', status: 'cancelled' },
      { id: '3420928', status: 'delivered', version: 1 },
    ]);
  });

  test('loses no good row to a bad one, which breaks the sequence of those behind it', async () => {
    const report = await bench.import(
      instacart,
      withHistory(
        '122,pending,2016-01-01',
        '122,pending,2016-01-01 00:00:00+00:00',
        '122,pending,2016-01-01 00:00:00Z',
        '122,shipped,2016-01-02 00:00:00Z',
        '122,delivered,2016-01-03 00:00:00Z',
        '122,processing,2016-01-04 00:00:00Z',
        '122,failed,2016-01-05 00:00:00Z',
        '122,lost,2016-01-06 00:00:00Z',
        '9,pending,2016-01-06 00:00:00Z',
        '123,processing,2016-01-06 00:00:00Z',
      ),
    );
    expect(figures(report)[file]).toEqual([10, 3, 7, 0]);
    const rejects = await rejectsOf(report);
    const reasons = [
      /,2,changed_at is not a date and time of ISO 8601,/,
      /,4,"repeats line 3: /,
      /,5,"status goes from pending to shipped, a step that is not in order_status_edges"/,
      /,6,"status goes from pending to delivered, /,
      /,9,"status is none of pending, /,
      /,10,order_id refers to a row that is not in orders,/,
      /,11,"status starts with processing, but a sequence starts with pending"/,
    ];
    expect(rejects).toEqual(reasons.map((reason): unknown => expect.stringMatching(reason)));
    expect((await history()).map(({ step }) => step)).toEqual([
      '122: - > pending',
      '122: pending > processing',
      '122: processing > failed',
    ]);
    expect(await statuses()).toMatchObject([
      { status: 'failed' },
      { status: 'delivered' },
      { status: 'delivered' },
    ]);
  });

  test('is there already the second time, and what came since stays', async () => {
    const lines = ['pending', 'processing', 'shipped', 'delivered'].map(
      (status, day) => `122,${status},2016-01-0${day + 1} 00:00:00Z`,
    );
    await bench.import(instacart, withHistory(...lines));
    await bench.rows(`UPDATE orders SET status = 'refunded' WHERE id = 122`);
    const before = await bench.rows('SELECT * FROM order_status_history ORDER BY id');
    const again = await bench.import(instacart, withHistory(...lines));
    expect(figures(again)[file]).toEqual([4, 0, 0, 4]);
    expect(await bench.rows('SELECT * FROM order_status_history ORDER BY id')).toEqual(before);
    expect(await statuses()).toMatchObject([{ status: 'refunded' }, {}, {}]);
    const late = await bench.import(instacart, withHistory('122,returned,2016-01-09 00:00:00Z'));
    expect((await rejectsOf(late))[0]).toContain('changed_at is not after what is there');
  });

  test('continues what an earlier file began', async () => {
    await bench.import(instacart, withHistory('122,pending,2016-01-01 00:00:00Z'));
    await bench.import(instacart, withHistory('122,processing,2016-01-02 00:00:00Z'));
    expect((await history()).map(({ step }) => step)).toEqual([
      '122: - > pending',
      '122: pending > processing',
    ]);
  });
});

describe('the database', () => {
  const importing = (sql: string) => async () => {
    const client = await bench.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query(`SET LOCAL shop.importing = 'on'`);
      await client.query(sql);
      await client.query('COMMIT');
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  };
  const row = (values: string) =>
    `INSERT INTO order_status_history (order_id, old_status, new_status) VALUES (${values})`;

  test('refuses history of raw SQL, before and after an import', async () => {
    await bench.import(instacart, withHistory('122,pending,2016-01-01 00:00:00Z'));
    for (const sql of [
      row(`122, 'pending', 'processing'`),
      `UPDATE order_status_history SET note = 'never'`,
      'DELETE FROM order_status_history',
    ]) {
      await expect(bench.rows(sql)).rejects.toThrow('history is written by a change');
    }
  });

  test.each([
    ['a step that is not allowed', row(`122, 'pending', 'delivered'`)],
    ['a row that does not follow the last one', row(`122, 'processing', 'shipped'`)],
    ['a second start', row(`122, NULL, 'pending'`)],
    ['a start in the middle', row(`123, NULL, 'shipped'`)],
    ['a change of history', `UPDATE order_status_history SET note = 'never'`],
    ['a status without history', `UPDATE orders SET status = 'refunded' WHERE id = 122`],
  ])('refuses %s even while importing', async (_what, sql) => {
    await bench.import(instacart, withHistory('122,pending,2016-01-01 00:00:00Z'));
    await expect(importing(sql)()).rejects.toThrow(/does not go from|history is written/);
    expect(await history()).toHaveLength(1);
  });
});
