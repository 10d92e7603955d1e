import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { addMasterLink } from 'nest-dual-id';
import { enrollRows } from 'nest-dual-id/registry';
import { openLibrary } from './library-tables.js';
import type { Stock } from './stock.js';

let stock: Stock;
beforeEach(async () => {
  stock = await openLibrary();
  await stock.rows(`CREATE TABLE campaigns (id bigserial PRIMARY KEY,
    master_id bigint CONSTRAINT one_each UNIQUE REFERENCES dual_id.passports (id))`);
  await stock.rows('INSERT INTO campaigns SELECT FROM generate_series(1, 50)');
});
afterEach(() => stock.stop());

const link = { table: 'campaigns', kind: 'add-master-uuid' } as const;

async function enroll(): Promise<void> {
  const runner = stock.dataSource.createQueryRunner();
  await enrollRows(runner, { table: 'campaigns', type: 'record' }).finally(() => runner.release());
}

const makeLink = () =>
  stock.dataSource.transaction((runner) => addMasterLink(runner, { table: 'campaigns' }));

const uniqueOnes = () =>
  stock.rows(`SELECT i.relname AS name, x.indrelid::regclass::text AS of FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = 'campaigns'::regclass
      AND x.indisunique AND NOT x.indisprimary ORDER BY 1`);

describe('a link of columns that stand already', () => {
  test('takes over what holds them unique, and builds nothing twice', async () => {
    await enroll();
    await stock.conversions.start(await stock.conversions.plan(link));
    await stock.conversions.contract('campaigns');
    for (const _ of [1, 2]) {
      await makeLink();
      expect(await uniqueOnes()).toEqual([
        { name: 'campaigns_master_id_uq', of: 'campaigns' },
        { name: 'campaigns_master_uuid_uq', of: 'campaigns' },
      ]);
    }
  });

  test('is refused while a row has no passport, and lets none come after it', async () => {
    await stock.rows('ALTER TABLE campaigns ADD COLUMN master_uuid uuid');
    await expect(makeLink()).rejects.toMatchObject({ code: '23502' });
    await enroll();
    await makeLink();
    expect(
      await stock.rows(`SELECT attname AS name FROM pg_attribute WHERE attrelid = 'campaigns'::regclass
        AND attname LIKE 'master%' AND attnotnull ORDER BY 1`),
    ).toEqual([{ name: 'master_id' }, { name: 'master_uuid' }]);
  });
});

test('rows that are enrolled while the table is converted get both ids', async () => {
  await stock.conversions.start(await stock.conversions.plan(link));
  await stock.rows('INSERT INTO campaigns DEFAULT VALUES');
  await enroll();
  await stock.conversions.contract('campaigns');
  expect(
    await stock.rows(`SELECT count(*)::int AS n, bool_and(p.uuid = c.master_uuid) AS same
      FROM campaigns c JOIN dual_id.passports p ON p.id = c.master_id`),
  ).toEqual([{ n: 51, same: true }]);
});
