import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PlanCase } from './plan-cases.js';
import { articles, planCase, textsOf } from './plan-cases.js';
import type { Stock } from './stock.js';
import { openStock } from './stock.js';

let stock: Stock;
beforeAll(async () => {
  stock = await openStock([]);
});
afterAll(() => stock.stop());

const table = (columns: string, rest = '') => `CREATE TABLE articles (${columns}) ${rest}`;
const uuidAsText = "'0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b'";

const ofTables: readonly PlanCase[] = [
  {
    what: 'a partitioned table',
    sql: table('id integer, day date, PRIMARY KEY (id, day)', 'PARTITION BY RANGE (day)'),
    says: /is a partitioned table\. .*detach them and convert them/,
  },
  {
    what: 'a partition',
    sql: `CREATE TABLE whole (id integer PRIMARY KEY) PARTITION BY RANGE (id);
      CREATE TABLE articles PARTITION OF whole FOR VALUES FROM (1) TO (1000)`,
    says: /is a part of another table, or has parts\. Detach them/,
  },
  {
    what: 'a table with children by inheritance',
    sql: `${articles()}; CREATE TABLE more () INHERITS (articles); INSERT INTO more (id) VALUES (7)`,
    says: /is a part of another table, or has parts/,
  },
  {
    what: 'a child by inheritance',
    kind: 'add-uuid',
    sql: `CREATE TABLE base (id integer); CREATE TABLE articles (PRIMARY KEY (id)) INHERITS (base);
      INSERT INTO articles VALUES (1)`,
    says: /is a part of another table/,
  },
  {
    what: 'a table of a type',
    sql: `CREATE TYPE article AS (id integer); CREATE TABLE articles OF article (PRIMARY KEY (id))`,
    says: /is made of a type\. Free it first: ALTER TABLE .* NOT OF/,
  },
  {
    what: 'a view',
    sql: 'CREATE VIEW articles AS SELECT 1 AS id',
    says: /is a view\. Convert the/,
  },
  {
    what: 'a materialized view',
    sql: 'CREATE MATERIALIZED VIEW articles AS SELECT 1 AS id',
    says: /is a materialized view/,
  },
  {
    what: 'a table with a rule for updates',
    sql: `${articles()}; INSERT INTO articles DEFAULT VALUES;
      CREATE RULE kept AS ON UPDATE TO articles DO INSTEAD NOTHING`,
    says: /The rule kept of .* stands in for updates\. Make it a trigger/,
  },
  {
    what: 'a trigger that fires last',
    sql: `${articles()}; CREATE FUNCTION moved() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN NEW.article_id := 1; RETURN NEW; END';
      INSERT INTO articles DEFAULT VALUES;
      CREATE TRIGGER zzz BEFORE INSERT OR UPDATE ON tags FOR EACH ROW EXECUTE FUNCTION moved()`,
    says: /The trigger zzz of "case_\d+"\."tags" fires after those of the conversion/,
  },
];

const ofKeys: readonly PlanCase[] = [
  { what: 'no key', sql: table('id integer'), says: /has no primary key\. Add one/ },
  {
    what: 'a composite key',
    sql: table('shop integer, number integer, PRIMARY KEY (shop, number)'),
    says: /The primary key of .* is \(shop, number\)\. Give it a unique single column first/,
  },
  {
    what: 'a deferrable key',
    sql: table('id integer PRIMARY KEY DEFERRABLE'),
    says: /The primary key of .* is deferrable\. Make it one that is not/,
  },
  {
    what: 'a key that is the replica identity by its name',
    sql: `${table('id integer CONSTRAINT articles_pk PRIMARY KEY')};
      ALTER TABLE articles REPLICA IDENTITY USING INDEX articles_pk`,
    says: /REPLICA IDENTITY DEFAULT/,
  },
  {
    what: 'a key of another type',
    sql: table('id numeric PRIMARY KEY'),
    says: /The key id of .* is numeric, and uuid-key needs an integer\. Give the table an integer/,
  },
  {
    what: 'a uuid key where an integer is needed',
    sql: table('id uuid PRIMARY KEY'),
    says: /is uuid, and uuid-key needs an integer\. Use `add-bigint`/,
  },
  {
    what: 'an integer key where a uuid is needed',
    kind: 'add-bigint',
    sql: table('id integer PRIMARY KEY'),
    says: /needs a uuid, also as text\. Use `add-uuid` or `uuid-key`/,
  },
  {
    what: 'a text key with values that are no UUIDs',
    kind: 'add-bigint',
    sql: `${table('id text PRIMARY KEY')};
      INSERT INTO articles VALUES (${uuidAsText}), ('{${uuidAsText.slice(1, -1)}'), ('x'), ('')`,
    says: /^3 rows of .* have a key id that is no UUID/,
  },
  {
    what: 'a text key with one UUID in two spellings',
    kind: 'add-bigint',
    sql: `${table('id text PRIMARY KEY')};
      INSERT INTO articles VALUES (${uuidAsText}), (upper(${uuidAsText})), ('{${uuidAsText.slice(1, -1)}}')`,
    says: /^2 rows of .* is the UUID of another row in another spelling/,
  },
  {
    what: 'a column of the name',
    sql: table('id integer PRIMARY KEY, uuid uuid'),
    says: /has a column uuid already\. Choose another name with --uuid-column/,
  },
  {
    what: 'a column of the name of the bigint',
    kind: 'add-bigint',
    sql: table('id uuid PRIMARY KEY, internal_id bigint'),
    says: /has a column internal_id already\. Choose another name with --id-column/,
  },
  {
    what: 'a time of creation that is none',
    request: { createdAt: 'code' },
    sql: articles(),
    says: /has no column code that tells a time\. Name another with --created-at/,
  },
];

test.each([...ofTables, ...ofKeys])('refuses $what, with the way out', async (one) => {
  const plan = await planCase(stock, one);
  expect(textsOf(plan, 'refused')).toMatch(one.says);
  await expect(stock.conversions.start(plan)).rejects.toThrow(one.says);
});

test('plans a table with a key of text that PostgreSQL reads as UUIDs', async () => {
  const plan = await planCase(stock, {
    kind: 'add-bigint',
    sql: `${table('id varchar(40) PRIMARY KEY')}; INSERT INTO articles VALUES
      (${uuidAsText}), ('{0190a1b2c3d47e5f8a9b0c1d2e3f4a5c}'), ('0190-A1B2C3D4-7e5f8a9b0c1d-2e3f4a5d')`,
  });
  expect(textsOf(plan, 'refused')).toBe('');
  await stock.conversions.start(plan);
});

test('names the schemas that have the table, where the one that is meant has not', async () => {
  await stock.dataSource.query(
    'CREATE SCHEMA sales; CREATE TABLE sales.bills (id int PRIMARY KEY)',
  );
  await expect(stock.conversions.plan({ table: 'bills', kind: 'add-uuid' })).rejects.toThrow(
    'There is no table public.bills; there is sales.bills.',
  );
});
