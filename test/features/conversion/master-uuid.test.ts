import { afterEach, describe, expect, test } from '@jest/globals';
import type { Stock } from './stock.js';
import { openStock } from './stock.js';

let stock: Stock;
afterEach(() => stock.stop());

/** A registry and a service table as an application made them that names its rows by both ids. */
const tables = [
  `CREATE TABLE master (id bigserial PRIMARY KEY, uuid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
     name text)`,
  `CREATE TABLE service_user (
     id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
     master_id bigint NOT NULL REFERENCES master (id) ON DELETE CASCADE,
     email text)`,
  'CREATE INDEX service_user_master_id_ix ON service_user (master_id)',
  `INSERT INTO master (name) SELECT 'm ' || n FROM generate_series(1, 500) n`,
  `INSERT INTO service_user (master_id, email) SELECT id, name FROM master WHERE id % 2 = 0`,
];

const link = { table: 'service_user', kind: 'add-master-uuid' } as const;

describe('a service table that names its passport by the bigint', () => {
  test('gets the uuid of the same passport, which new rows get as well', async () => {
    stock = await openStock(tables);
    await stock.conversions.start(await stock.conversions.plan(link));
    await stock.rows(`INSERT INTO service_user (master_id) VALUES (1)`);
    await stock.rows(`INSERT INTO service_user (master_uuid) SELECT uuid FROM master WHERE id = 3`);
    await stock.conversions.contract('public.service_user');
    expect(
      await stock.rows(`SELECT count(*)::int AS n, bool_and(m.uuid = s.master_uuid) AS same
        FROM service_user s JOIN master m ON m.id = s.master_id`),
    ).toEqual([{ n: 252, same: true }]);
    await expect(
      stock.rows('INSERT INTO service_user (master_id) VALUES (5)'),
    ).rejects.toMatchObject({ code: '23502' });
    await stock.rows('DELETE FROM master WHERE id = 2');
    expect(await stock.rows('SELECT count(*)::int AS n FROM service_user')).toEqual([{ n: 251 }]);
  });

  test('is refused while rows name nothing, and tells how many name the same', async () => {
    stock = await openStock([
      ...tables,
      'ALTER TABLE service_user DROP CONSTRAINT service_user_master_id_fkey',
      `INSERT INTO service_user (master_id) VALUES (9999), (2)`,
    ]);
    const plan = await stock.conversions.plan({ ...link, registry: 'master' });
    const texts = (kind: string) =>
      plan.notes.filter((note) => note.kind === kind).map(({ text }) => text);
    expect(texts('refused')).toEqual([
      expect.stringMatching(/^1 rows? of "public"."service_user" name/),
    ]);
    expect(texts('note')).toEqual([expect.stringContaining('more than one row')]);
    await expect(stock.conversions.start(plan)).rejects.toMatchObject({
      code: 'conversion_refused',
    });
    expect(await stock.rows(`SELECT to_regnamespace('dual_id_conversion') AS made`)).toEqual([
      { made: null },
    ]);
  });

  test('is planned with the number of rows that have no passport, and the way out', async () => {
    stock = await openStock([
      ...tables,
      'ALTER TABLE service_user ALTER COLUMN master_id DROP NOT NULL',
      'INSERT INTO service_user (master_id) VALUES (NULL), (NULL), (NULL)',
    ]);
    const { notes } = await stock.conversions.plan(link);
    expect(notes).toEqual([
      {
        kind: 'note',
        text: '3 rows of "public"."service_user" have no passport, for their master_id is null, and get no master_uuid. Give each a row of "public"."master" before.',
      },
    ]);
    const plan = await stock.conversions.plan({
      ...link,
      registry: 'master',
      masterColumn: 'owner',
    });
    expect(plan.notes.map(({ text }) => text)).toContain(
      '"public"."service_user" has no column owner, and 253 rows without a passport. Name it with --master-column, or add it first: ALTER TABLE "public"."service_user" ADD COLUMN "owner" bigint. Give each a row of "public"."master" before.',
    );
  });

  test('is as it was after a rollback', async () => {
    stock = await openStock(tables);
    await stock.conversions.start(await stock.conversions.plan(link));
    await stock.conversions.rollback('public.service_user');
    expect(
      await stock.rows(`SELECT attname AS name FROM pg_attribute
        WHERE attrelid = 'service_user'::regclass AND attnum > 0 AND NOT attisdropped`),
    ).toEqual([{ name: 'id' }, { name: 'master_id' }, { name: 'email' }]);
  });
});
