import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { installDualId } from 'nest-dual-id';
import { runSql } from '../../support/empty-database.js';
import { roleNames } from '../../support/roles.js';
import { articles, planCase, textsOf } from './plan-cases.js';
import type { Stock } from './stock.js';
import { openStock } from './stock.js';

let stock: Stock;
beforeAll(async () => {
  stock = await openStock([]);
  await stock.dataSource.transaction((runner) => installDualId(runner));
});
afterAll(() => stock.stop());

const asSuperuser = (sql: string) => runSql(stock.database.url, sql);

/** What is refused once something was done to the tables of a case. */
async function refusedAfter(work: (schema: string) => Promise<unknown>): Promise<string> {
  const { subject } = await planCase(stock, { sql: articles() });
  await work(subject.schema);
  const table = `${subject.schema}.articles`;
  return textsOf(await stock.conversions.plan({ table, kind: 'uuid-key' }), 'refused');
}

test('refuses tables of other roles', async () => {
  const refused = await refusedAfter((schema) =>
    asSuperuser(`ALTER TABLE ${schema}.articles OWNER TO CURRENT_USER; GRANT ALL ON ${schema}.articles
      TO ${roleNames.owner}`),
  );
  expect(refused).toMatch(/"articles" belongs to another role\. Connect as its owner/);
});

test('refuses to follow references of tables of other roles', async () => {
  const refused = await refusedAfter((schema) =>
    asSuperuser(`ALTER TABLE ${schema}.tags OWNER TO CURRENT_USER`),
  );
  expect(refused).toMatch(/"tags" belongs to another role/);
});

test('refuses tables whose policies hide rows from their owner', async () => {
  const refused = await refusedAfter((schema) =>
    stock.dataSource.query(
      `ALTER TABLE ${schema}.articles ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`,
    ),
  );
  expect(refused).toMatch(/policies of .*"articles" hold for its owner\. .* with BYPASSRLS/);
});

test('refuses where no index may be made', async () => {
  const refused = await refusedAfter((schema) =>
    asSuperuser(`ALTER SCHEMA ${schema} OWNER TO CURRENT_USER;
      GRANT USAGE ON SCHEMA ${schema} TO ${roleNames.owner}`),
  );
  expect(refused).toMatch(
    /may not create indexes in the schema of .* Grant it CREATE on the schema/,
  );
});

test('refuses where its own schema may not be made', async () => {
  const name = new URL(stock.database.url).pathname.slice(1);
  const refused = await refusedAfter(() =>
    asSuperuser(`ALTER DATABASE ${name} OWNER TO CURRENT_USER`),
  ).finally(() => asSuperuser(`ALTER DATABASE ${name} OWNER TO ${roleNames.owner}`));
  expect(refused).toMatch(/Grant it CREATE on the database/);
});

test('refuses foreign tables', async () => {
  const refused = await refusedAfter((schema) =>
    asSuperuser(`CREATE FOREIGN DATA WRAPPER elsewhere; CREATE SERVER other
        FOREIGN DATA WRAPPER elsewhere;
      DROP TABLE ${schema}.articles CASCADE;
      CREATE FOREIGN TABLE ${schema}.articles (id integer) SERVER other;
      ALTER FOREIGN TABLE ${schema}.articles OWNER TO ${roleNames.owner}`),
  );
  expect(refused).toMatch(/"articles" is a foreign table\. Convert the table behind it/);
});

test('refuses temporary tables', async () => {
  const runner = stock.dataSource.createQueryRunner();
  await runner.query('CREATE TEMPORARY TABLE passing (id integer PRIMARY KEY)');
  const [{ schema }] = await runner.query(
    `SELECT relnamespace::regnamespace AS schema FROM pg_class WHERE oid = 'passing'::regclass`,
  );
  const plan = await stock.conversions.plan({ table: `${schema}.passing`, kind: 'add-uuid' });
  await runner.release();
  expect(textsOf(plan, 'refused')).toMatch(/"passing" is temporary\. Convert a table that stays/);
});

test('converts a table without WAL as it is', async () => {
  const sql = articles().replaceAll('CREATE TABLE', 'CREATE UNLOGGED TABLE');
  const plan = await planCase(stock, { sql: `${sql}; INSERT INTO articles DEFAULT VALUES` });
  expect(textsOf(plan, 'refused')).toBe('');
  await stock.conversions.start(plan);
  await stock.conversions.contract(`${plan.subject.schema}.articles`);
});

test('refuses tables of this library', async () => {
  const plan = await stock.conversions.plan({ table: 'dual_id.passports', kind: 'uuid-key' });
  expect(textsOf(plan, 'refused')).toMatch(/is a table of this library/);
});

test('refuses a table that another conversion is changing', async () => {
  const plan = await planCase(stock, {
    sql: `${articles()}; CREATE TABLE shelves (id integer PRIMARY KEY);
      ALTER TABLE tags ADD shelf_id integer REFERENCES shelves`,
  });
  const { schema } = plan.subject;
  await stock.conversions.start(plan, { until: 'expand' });
  const shelves = { table: `${schema}.shelves`, kind: 'uuid-key' } as const;
  const refused = textsOf(await stock.conversions.plan(shelves), 'refused');
  expect(refused).toMatch(/"tags" takes part in another conversion\. Contract that one, or roll/);
  await stock.conversions.rollback(`${schema}.articles`);
  expect(textsOf(await stock.conversions.plan(shelves), 'refused')).toBe('');
});
