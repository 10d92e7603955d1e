import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ConversionPlan, ConversionRequest } from 'nest-dual-id/conversion';
import { textsOf } from './plan-cases.js';
import type { Stock } from './stock.js';
import { openStock } from './stock.js';

let stock: Stock;
beforeAll(async () => {
  stock = await openStock([]);
});
afterAll(() => stock.stop());

async function converted(request: ConversionRequest): Promise<ConversionPlan> {
  const plan = await stock.conversions.plan(request);
  expect(textsOf(plan, 'refused')).toBe('');
  await stock.conversions.start(plan);
  await stock.conversions.contract(`${plan.subject.schema}.${plan.subject.name}`);
  return plan;
}

const columnsOf = async (schema: string, table: string) => {
  const rows = await stock.rows<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = '${schema}' AND table_name = '${table.replaceAll("'", "''")}' ORDER BY ordinal_position`,
  );
  return rows.map(({ name }) => name);
};

const odd = (name: string) => `"${name.replaceAll('"', '""')}"`;
const strange = `An "odd" t%a'ble $1 (x)`;
const long = 'x'.repeat(60) + '_id';

test.each(['add-uuid', 'uuid-key', 'add-bigint'] as const)(
  '%s converts tables and columns of any name',
  async (kind) => {
    const schema = `s'o%d.d ${kind}`;
    const key = kind === 'add-bigint' ? 'uuid' : 'integer';
    await stock.dataSource.query(`CREATE SCHEMA ${odd(schema)}; SET search_path = ${odd(schema)};
      CREATE TABLE ${odd(strange)} ("Id ""no""" ${key} PRIMARY KEY, "createdAt" timestamp);
      CREATE TABLE ${odd(long)} (id serial PRIMARY KEY,
        ${odd(long)} ${key} CONSTRAINT ${odd('f' + long.slice(1))} REFERENCES ${odd(strange)} ON DELETE SET NULL (${odd(long)}),
        "it's $& 50%" ${key} REFERENCES ${odd(strange)});
      CREATE INDEX ${odd('i' + long.slice(1))} ON ${odd(long)} (${odd(long)}, "it's $& 50%");
      RESET search_path`);
    const value = kind === 'add-bigint' ? 'gen_random_uuid()' : 'n';
    await stock.dataSource.query(`SET search_path = ${odd(schema)};
      INSERT INTO ${odd(strange)} SELECT ${value} FROM generate_series(1, 5) n;
      INSERT INTO ${odd(long)} (${odd(long)}, "it's $& 50%") SELECT "Id ""no""", "Id ""no""" FROM ${odd(strange)};
      RESET search_path`);
    const plan = await converted({ table: `${odd(schema)}.${odd(strange)}`, kind });
    const indexed =
      await stock.rows(`SELECT FROM pg_indexes WHERE schemaname = '${schema.replaceAll("'", "''")}'
      AND tablename = '${long}' AND indexdef LIKE '%,%'`);
    expect(indexed).toHaveLength(1);
    for (const { twin, newConstraint, indexes } of plan.references) {
      for (const name of [twin.name, newConstraint, ...indexes.map(({ newName }) => newName)]) {
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
      }
    }
  },
  60_000,
);

test('converts tables of one name in two schemas, one while the other is watched', async () => {
  await stock.dataSource.query(`CREATE SCHEMA a; CREATE SCHEMA a_b;
    CREATE TABLE a.b_c (id integer PRIMARY KEY); CREATE TABLE a_b.c (id integer PRIMARY KEY);
    INSERT INTO a.b_c VALUES (1); INSERT INTO a_b.c VALUES (1)`);
  for (const table of ['a.b_c', 'a_b.c']) {
    await stock.conversions.start(await stock.conversions.plan({ table, kind: 'uuid-key' }));
  }
  await stock.conversions.contract('a.b_c');
  await stock.dataSource.query('INSERT INTO a_b.c (id) VALUES (2)');
  await stock.conversions.contract('a_b.c');
  expect(await columnsOf('a_b', 'c')).toEqual(['id', 'uuid']);
});

test('tells columns and tables apart whose names join to the same', async () => {
  await stock.dataSource.query(`CREATE TABLE goods (id integer PRIMARY KEY);
    CREATE TABLE box (id integer PRIMARY KEY, item_good_id integer REFERENCES goods);
    CREATE TABLE box_item (id integer PRIMARY KEY, good_id integer REFERENCES goods);
    INSERT INTO goods VALUES (1), (2)`);
  const plan = await stock.conversions.plan({ table: 'goods', kind: 'uuid-key' });
  await stock.conversions.start(plan);
  await stock.dataSource.query(`INSERT INTO box VALUES (1, 1); INSERT INTO box_item VALUES (1, 2)`);
  await stock.conversions.contract('goods');
  const [row] =
    await stock.rows(`SELECT (SELECT g.id FROM goods g JOIN box b ON b.item_good_uuid = g.uuid) AS box,
    (SELECT g.id FROM goods g JOIN box_item b ON b.good_uuid = g.uuid) AS item`);
  expect(row).toEqual({ box: 1, item: 2 });
});

test.each([
  ['articleId', 'id', 'articleUuid'],
  ['article_id', 'id', 'article_uuid'],
  ['article', 'id', 'article_uuid'],
  ['ARTICLE_ID', 'ID', 'ARTICLE_uuid'],
  ['article_id', 'article_id', 'article_uuid'],
  ['parent_article_id', 'article_id', 'parent_article_uuid'],
  ['articleId', 'articleId', 'articleUuid'],
  ['paid', 'id', 'paid_uuid'],
  ['article_code', 'code', 'article_uuid'],
])('names the twin of %s beside the key %s %s', async (column, key, twin) => {
  await stock.dataSource.query(`DROP TABLE IF EXISTS lines; DROP TABLE IF EXISTS articles;
    CREATE TABLE articles (${odd(key)} integer PRIMARY KEY);
    CREATE TABLE lines (${odd(column)} integer REFERENCES articles)`);
  const plan = await stock.conversions.plan({ table: 'articles', kind: 'uuid-key' });
  expect(plan.references.map((one) => one.twin.name)).toEqual([twin]);
});

test('keeps a key of two columns that both refer to the table', async () => {
  await stock.dataSource.query(`CREATE TABLE people (id integer PRIMARY KEY);
    CREATE TABLE follows (fan_id integer REFERENCES people, idol_id integer REFERENCES people,
      CONSTRAINT follows_pk PRIMARY KEY (fan_id, idol_id));
    INSERT INTO people VALUES (1), (2); INSERT INTO follows VALUES (1, 2), (2, 1)`);
  await converted({ table: 'people', kind: 'uuid-key' });
  expect(
    await stock.rows(`SELECT conname AS name, pg_get_constraintdef(oid) AS is FROM pg_constraint
      WHERE conrelid = 'follows'::regclass AND contype = 'p'`),
  ).toEqual([{ name: 'follows_pk', is: 'PRIMARY KEY (fan_uuid, idol_uuid)' }]);
});
