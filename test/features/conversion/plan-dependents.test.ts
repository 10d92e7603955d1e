import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ConversionPlan } from 'nest-dual-id/conversion';
import { runSql } from '../../support/empty-database.js';
import { articles, planCase, textsOf } from './plan-cases.js';
import type { Stock } from './stock.js';
import { openStock } from './stock.js';

let stock: Stock;
let plan: ConversionPlan;

const dependents = `${articles()};
  ALTER TABLE tags ADD next integer GENERATED ALWAYS AS (article_id + 1) STORED,
    ADD CONSTRAINT positive CHECK (article_id > 0);
  CREATE VIEW labels AS SELECT label, article_id FROM tags;
  CREATE MATERIALIZED VIEW totals AS SELECT article_id, count(*) FROM tags GROUP BY article_id;
  CREATE FUNCTION of_article(integer) RETURNS bigint LANGUAGE sql
    BEGIN ATOMIC SELECT count(*) FROM tags WHERE article_id = $1; END;
  CREATE POLICY some_tags ON tags USING (article_id < 1000);
  CREATE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER changed BEFORE UPDATE OF article_id ON tags FOR EACH ROW EXECUTE FUNCTION seen();
  CREATE TRIGGER high BEFORE INSERT ON tags FOR EACH ROW WHEN (NEW.article_id > 9) EXECUTE FUNCTION seen();
  CREATE STATISTICS related ON article_id, label FROM tags;
  CREATE RULE noted AS ON DELETE TO tags WHERE OLD.article_id = 0 DO INSTEAD NOTHING;
  CREATE FUNCTION count_tags() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM tags';
  CREATE TRIGGER every BEFORE UPDATE ON tags FOR EACH ROW EXECUTE FUNCTION seen();
  GRANT SELECT (label) ON tags TO test_application;
  INSERT INTO articles (code) VALUES ('a'), ('b'); INSERT INTO tags (article_id) VALUES (1), (2)`;

beforeAll(async () => {
  stock = await openStock([]);
  plan = await planCase(stock, { sql: dependents });
  await runSql(
    stock.database.url,
    `CREATE PUBLICATION told FOR TABLE ${plan.subject.schema}.tags (id, article_id)`,
  );
  plan = await stock.conversions.plan({
    table: `${plan.subject.schema}.articles`,
    kind: 'uuid-key',
  });
});
afterAll(() => stock.stop());

const users = [
  /column next of table .*tags/,
  /constraint positive on table .*tags/,
  /view .*labels/,
  /materialized view .*totals/,
  /function .*of_article\(integer\)/,
  /policy some_tags on table .*tags/,
  /trigger changed on table .*tags/,
  /trigger high on table .*tags/,
  /statistics object .*related/,
  /rule noted on table .*tags/,
  /publication of table .*tags in publication told/,
].map((what) => new RegExp(`${what.source} uses article_id of "case_\\d+"\\."tags"`));

test.each(users)('names before the contract what uses an old column: %s', (says) => {
  expect(textsOf(plan, 'before-contract')).toMatch(says);
});

test('tells of triggers that fire, publications, texts of functions and rights on columns', () => {
  const notes = textsOf(plan, 'note');
  expect(notes).toMatch(/The trigger every of .*"tags" fires for every row that the backfill/);
  expect(notes).not.toMatch(/The trigger (changed|high)/);
  expect(notes).toMatch(/"tags" is published by told: subscribers need the new column/);
  expect(notes).toMatch(/The function .*count_tags\(\) names .*"tags" in its text; read it/);
  expect(notes).toMatch(/test_application has rights on single columns of .*"tags"/);
});

test('refuses the contract as long as any of it is there, and what came after the plan', async () => {
  const { schema } = plan.subject;
  const name = `${schema}.articles`;
  expect(textsOf(plan, 'refused')).toBe('');
  await stock.conversions.start(plan);
  await stock.dataSource.query(`CREATE INDEX later ON ${schema}.tags (article_id, label)`);
  const failure = await stock.conversions.contract(name).then(String, String);
  for (const says of users) expect(failure).toMatch(says);
  expect(failure).toMatch(/The index later of .*"tags" is newer than the plan\. Build one of the/);
  expect(failure).not.toContain('zz_dual_id');

  await runSql(stock.database.url, 'DROP PUBLICATION told');
  await stock.dataSource.query(`SET search_path = ${schema};
    DROP VIEW labels; DROP MATERIALIZED VIEW totals; DROP FUNCTION of_article; DROP INDEX later;
    DROP POLICY some_tags ON tags; DROP TRIGGER changed ON tags; DROP TRIGGER high ON tags;
    DROP STATISTICS related; DROP RULE noted ON tags; ALTER TABLE tags DROP next, DROP CONSTRAINT positive;
    RESET search_path`);
  await stock.conversions.contract(name);
});

test('refuses to start a plan of tables that have changed since', async () => {
  const old = await planCase(stock, { sql: articles(), kind: 'add-uuid' });
  const { schema } = old.subject;
  await stock.dataSource.query(`CREATE INDEX newer ON ${schema}.tags (article_id)`);
  await expect(stock.conversions.start(old)).rejects.toThrow(
    `The tables of ${schema}.articles have changed since the plan was made. Plan it again.`,
  );
  const [row] = await stock.rows(`SELECT FROM information_schema.columns
    WHERE table_schema = '${schema}' AND column_name = 'uuid'`);
  expect(row).toBeUndefined();
});

test.each([
  ['an identity', articles('integer'), true],
  [
    'a serial column',
    articles('integer').replace(/integer PRIMARY KEY.*?,/, 'serial PRIMARY KEY,'),
    false,
  ],
  ['a bigint identity', articles('bigint'), false],
])('tells whether the contract makes the sequence of %s again', async (_, sql, isMadeAgain) => {
  const notes = textsOf(await planCase(stock, { sql, kind: 'add-uuid' }), 'note');
  expect(/another sequence of the same name: a `nextval`/.test(notes)).toBe(isMadeAgain);
});

test.each([
  ['with included columns', 'PRIMARY KEY (id) INCLUDE (code)', true],
  ['of its column alone', 'PRIMARY KEY (id)', false],
])('tells what a primary key %s loses at the swap', async (_, key, isTold) => {
  const sql = `CREATE TABLE articles (id integer, code text, ${key})`;
  const notes = textsOf(await planCase(stock, { sql, kind: 'uuid-key' }), 'note');
  expect(/includes other columns; after the swap neither key does/.test(notes)).toBe(isTold);
});

test('refuses the contract of a key to which another table has come to refer', async () => {
  const narrow = await planCase(stock, { sql: articles(), kind: 'add-uuid' });
  const { schema } = narrow.subject;
  await stock.conversions.start(narrow);
  await stock.dataSource.query(
    `CREATE TABLE ${schema}.prices (article_id integer CONSTRAINT late REFERENCES ${schema}.articles)`,
  );
  await expect(stock.conversions.contract(`${schema}.articles`)).rejects.toThrow(
    /The foreign key late of .*"prices" is newer than the plan\. Drop it, and add it after/,
  );
  await stock.dataSource.query(`DROP TABLE ${schema}.prices`);
  await stock.conversions.contract(`${schema}.articles`);
});
