import { afterEach, expect, test } from '@jest/globals';
import { Conversions } from 'nest-dual-id/conversion';
import { DataSource } from 'typeorm';
import { runSql } from '../../support/empty-database.js';
import { urlAs } from '../../support/roles.js';
import { textsOf } from './plan-cases.js';
import type { Stock } from './stock.js';
import { articleTables, openStock } from './stock.js';

let stock: Stock;
afterEach(() => stock.stop());

/** A trigger that writes to a table which it names without its schema, as most do. */
const audited = [
  'CREATE TABLE audit (label text)',
  `CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS
     'BEGIN INSERT INTO audit VALUES (NEW.label); RETURN NEW; END'`,
  'CREATE TRIGGER changed AFTER UPDATE ON tags FOR EACH ROW EXECUTE FUNCTION note_change()',
];

const databaseOf = ({ database }: Stock) => new URL(database.url).pathname.slice(1);

const changes = () => stock.rows('SELECT count(*)::int AS n FROM audit');

test.each([
  ['add-uuid', 'integer'],
  ['add-bigint', 'uuid'],
  ['uuid-key', 'bigint'],
] as const)('%s lets triggers find what they name without a schema', async (kind, key) => {
  stock = await openStock([...articleTables(key, 60), ...audited]);
  const plan = await stock.conversions.plan({ table: 'articles', kind });
  expect(textsOf(plan, 'note')).toMatch(
    /The trigger changed of "public"\."tags" fires for every row .* UPDATE OF with the columns/,
  );
  await stock.conversions.start(plan);
  expect(await changes()).toEqual([{ n: 60 }]);
});

test('a backfill uses nothing that the search path of its role has in place of what it means', async () => {
  stock = await openStock([
    ...articleTables('integer', 60),
    `CREATE FUNCTION taken() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE 'taken'; END $$`,
    `CREATE FUNCTION set_bit(bytea, integer, integer) RETURNS bytea LANGUAGE sql AS 'SELECT taken(); SELECT $1'`,
    `CREATE FUNCTION gen_random_uuid() RETURNS uuid LANGUAGE sql AS 'SELECT taken(); SELECT NULL::uuid'`,
    `CREATE FUNCTION multiplied(numeric, integer) RETURNS numeric LANGUAGE sql AS 'SELECT taken(); SELECT $1'`,
    `CREATE OPERATOR * (LEFTARG = numeric, RIGHTARG = integer, FUNCTION = multiplied)`,
  ]);
  const role = new URL(urlAs('owner', stock.database.url)).username;
  await runSql(
    stock.database.url,
    `ALTER ROLE ${role} IN DATABASE ${databaseOf(stock)} SET search_path = public, pg_catalog`,
  );
  const plan = await stock.conversions.plan({ table: 'articles', kind: 'uuid-key' });
  await stock.conversions.start(plan);
  const [row] = await stock.rows('SELECT count(uuid)::int AS n FROM articles');
  expect(row).toEqual({ n: 60 });
});

test('a trigger of some columns does not fire for the backfill', async () => {
  stock = await openStock([...articleTables('bigint', 60), ...audited]);
  await stock.rows(`CREATE OR REPLACE TRIGGER changed AFTER UPDATE OF label ON tags
    FOR EACH ROW EXECUTE FUNCTION note_change()`);
  const plan = await stock.conversions.plan({ table: 'articles', kind: 'uuid-key' });
  expect(textsOf(plan, 'note')).toBe('');
  await stock.conversions.start(plan);
  expect(await changes()).toEqual([{ n: 0 }]);
});

test('triggers are skipped on demand, by a role that may', async () => {
  stock = await openStock([...articleTables('uuid', 60), ...audited]);
  const plan = await stock.conversions.plan({ table: 'articles', kind: 'add-bigint' });
  await expect(stock.conversions.start(plan, { skipTriggers: true })).rejects.toThrow(
    /may not set session_replication_role.* GRANT SET ON PARAMETER .* TO test_owner, or let them fire/,
  );
  expect(await stock.conversions.status().catch(() => [])).toEqual([]);
  const url = stock.database.url;
  const superuser = await new DataSource({ type: 'postgres', url }).initialize();
  const conversions = new Conversions(superuser);
  await conversions.start(plan, { skipTriggers: true });
  await conversions.contract('articles');
  await superuser.destroy();
  expect(await changes()).toEqual([{ n: 0 }]);
  expect(await stock.rows('SELECT FROM tags WHERE article_internal_id IS NULL')).toEqual([]);
  await stock.rows(`UPDATE tags SET label = 'changed' WHERE label = 'tag code 1'`);
  expect(await changes()).toEqual([{ n: 1 }]);
});

const reader = (text: string) => `CREATE OR REPLACE FUNCTION read_tag() RETURNS trigger
  LANGUAGE plpgsql AS $$ BEGIN PERFORM ${text}; RETURN NEW; END $$`;
const fired = `CREATE TRIGGER "reads it" BEFORE INSERT ON tags
  FOR EACH ROW EXECUTE FUNCTION read_tag()`;

test.each(['NEW.article_id', 'new . "article_id"', 'coalesce(OLD.article_id,1)'])(
  'the contract waits while the function of a trigger says %s',
  async (text) => {
    stock = await openStock([...articleTables('bigint', 5), reader(text), fired]);
    const says =
      /the function of the trigger reads it uses article_id of "public"\."tags"\. Let it use the new column/;
    const plan = await stock.conversions.plan({ table: 'articles', kind: 'uuid-key' });
    expect(textsOf(plan, 'before-contract')).toMatch(says);
    await stock.conversions.start(plan);
    await expect(stock.conversions.contract('articles')).rejects.toThrow(says);
    await stock.rows(reader('NEW.article_uuid'));
    await stock.conversions.contract('articles');
    await stock.rows(`INSERT INTO tags (article_uuid, label) SELECT uuid, 'new' FROM articles`);
  },
);

test('other words in the function of a trigger are none of its columns', async () => {
  stock = await openStock([
    ...articleTables('bigint', 5),
    reader(`NEW.article_id_text, renew.article_id FROM (SELECT 1 AS article_id) renew`),
    fired,
  ]);
  const plan = await stock.conversions.plan({ table: 'articles', kind: 'uuid-key' });
  expect(textsOf(plan, 'before-contract')).toBe('');
});

test('a function that reads a key of another type is named', async () => {
  stock = await openStock([...articleTables('integer', 5), reader('NEW.article_id'), fired]);
  const plan = await stock.conversions.plan({ table: 'articles', kind: 'add-uuid' });
  expect(textsOf(plan, 'before-contract')).toBe('');
  expect(textsOf(plan, 'note')).toMatch(
    /the function of the trigger reads it uses article_id of "public"\."tags", which becomes bigint at the contract; read it/,
  );
});

test('what fires for a row that is completed at its commit needs the schema of what it names', async () => {
  stock = await openStock([...articleTables('bigint', 5), ...audited]);
  await stock.conversions.start(
    await stock.conversions.plan({ table: 'articles', kind: 'uuid-key' }),
  );
  const insert = (id: number) =>
    stock.dataSource.transaction(async (manager) => {
      await manager.query(`INSERT INTO tags (article_id, label) VALUES (${id}, 'early')`);
      await manager.query(`INSERT INTO articles (id, code) VALUES (${id}, 'late ${id}')`);
    });
  await expect(insert(101)).rejects.toMatchObject({ code: '42P01' });
  await stock.rows('ALTER FUNCTION note_change() SET search_path = public');
  await insert(102);
  expect(await stock.rows(`SELECT FROM audit WHERE label = 'early'`)).toHaveLength(1);
});
