import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ConversionRequest } from 'nest-dual-id/conversion';
import { runSql } from '../../support/empty-database.js';
import { additions, addTo, openLibrary } from './library-tables.js';
import { articles, planCase, textsOf } from './plan-cases.js';
import type { Stock } from './stock.js';

let stock: Stock;
beforeAll(async () => {
  stock = await openLibrary();
});
afterAll(() => stock.stop());

async function refusedOf(table: string, kind: ConversionRequest['kind']): Promise<string> {
  return textsOf(await stock.conversions.plan({ table, kind }), 'refused');
}

/** A schema of its own with tables of some articles. */
async function schemaWith(sql: string): Promise<string> {
  const { subject } = await planCase(stock, { sql, kind: 'add-uuid' });
  return subject.schema;
}

describe('a plan refuses a table that has', () => {
  test.each([
    [
      'addDualId',
      'bigint',
      /has ids of this library \(articles_\w+\): both, or a key that its passports/,
    ],
    ['addReferenceId', 'integer', /has ids of this library .*\. Convert a table before addDualId,/],
    ['addMasterLink', 'bigint', /has a master link of this library .*\. Convert a table before/],
    [
      'addHistory',
      'bigint',
      /has a log of this library .*\. End it with removeHistory, convert, and/,
    ],
    ['addFencing', 'bigint', /has a fence of this library .*\. Take it away with removeFencing,/],
  ])('what %s makes', async (what, type, says) => {
    const schema = await schemaWith(articles(type));
    await addTo(stock, what, 'articles', schema);
    for (const kind of ['uuid-key', 'add-uuid'] as const) {
      expect(await refusedOf(`${schema}.articles`, kind)).toMatch(says);
    }
  });

  test('what addGuidId makes', async () => {
    const schema = await schemaWith('CREATE TABLE articles (uuid uuid PRIMARY KEY)');
    await addTo(stock, 'addGuidId', 'articles', schema);
    const refused = await refusedOf(`${schema}.articles`, 'add-bigint');
    expect(refused).toMatch(/has ids of this library/);
  });

  test.each([
    ['addHistory', /"tags" has a log of this library/],
    ['addFencing', /"tags" has a fence of this library/],
  ])('references from a table with what %s makes', async (what, says) => {
    const schema = await schemaWith(articles('bigint'));
    await addTo(stock, what, 'tags', schema);
    expect(await refusedOf(`${schema}.articles`, 'uuid-key')).toMatch(says);
  });
});

describe('a table that is being converted refuses', () => {
  let schema: string;
  beforeAll(async () => {
    schema = await schemaWith(articles('bigint'));
    const plan = await stock.conversions.plan({ table: `${schema}.articles`, kind: 'uuid-key' });
    await stock.conversions.start(plan);
  });

  test.each(Object.keys(additions))('%s, until the conversion has ended', async (what) => {
    for (const table of ['articles', 'tags']) {
      await expect(addTo(stock, what, table, schema)).rejects.toMatchObject({
        code: 'setup_refused',
        message: expect.stringContaining(
          `"${table}" is being converted. Contract that conversion, or roll it back, before this`,
        ),
      });
    }
  });

  test('nothing once it was rolled back', async () => {
    await stock.conversions.rollback(`${schema}.articles`);
    await addTo(stock, 'addDualId', 'articles', schema);
  });
});

describe('a plan refuses rows whose triggers are gone, and that still have', () => {
  const devices = `CREATE TABLE articles (uuid uuid PRIMARY KEY DEFAULT gen_random_uuid())`;

  /** Rows with passports, which nothing in their table tells any more. */
  async function forgotten(sql: string, what: string): Promise<string> {
    const schema = await schemaWith(sql);
    await addTo(stock, what, 'articles', schema);
    await stock.rows(`INSERT INTO ${schema}.articles SELECT FROM generate_series(1, 3)`);
    await stock.rows(`DO $do$ DECLARE t record; BEGIN
      FOR t IN SELECT tgname FROM pg_trigger WHERE tgrelid = '${schema}.articles'::regclass
        AND NOT tgisinternal LOOP
        EXECUTE format('DROP TRIGGER %I ON ${schema}.articles', t.tgname);
      END LOOP; END $do$`);
    await stock.rows(`ALTER TABLE ${schema}.articles DROP CONSTRAINT articles_passport_fk`);
    return schema;
  }

  const passports = (schema: string) => `(SELECT p.* FROM dual_id.passports p
    JOIN ${schema}.articles a ON a.uuid = p.uuid ORDER BY p.id)`;

  test('passports by their uuid', async () => {
    const schema = await forgotten(devices, 'addGuidId');
    expect(await refusedOf(`${schema}.articles`, 'add-bigint')).toMatch(
      /3 rows of .*"articles" have passports, with 0 edges and 0 kept answers\. A passport keeps its/,
    );
  });

  test('edges', async () => {
    const schema = await forgotten(devices, 'addGuidId');
    await stock.rows(`INSERT INTO dual_id.relations (from_id, to_id, type_id, acyclic, undirected)
      SELECT min(id), max(id), 1, false, false FROM ${passports(schema)} p`);
    expect(await refusedOf(`${schema}.articles`, 'add-bigint')).toMatch(
      /have passports, with 1 edges and 0 kept answers/,
    );
  });

  test('kept answers', async () => {
    const schema = await forgotten(devices, 'addGuidId');
    await stock.rows(`INSERT INTO dual_id.idempotency_keys (scope, key, request_hash, status, persons)
      SELECT 'scope', '${schema}', '', 201, array_agg(uuid) FROM ${passports(schema)} p`);
    expect(await refusedOf(`${schema}.articles`, 'add-bigint')).toMatch(
      /have passports, with 0 edges and 1 kept answers/,
    );
  });

  test('passports by their number, though their public ids are gone', async () => {
    const schema = await forgotten(articles('bigint'), 'addDualId');
    await stock.rows(`ALTER TABLE ${schema}.articles DROP COLUMN uuid`);
    for (const kind of ['add-uuid', 'uuid-key'] as const) {
      expect(await refusedOf(`${schema}.articles`, kind)).toMatch(
        /3 rows of .* have passports, .* Give the table its uuid back from dual_id\.passports, and/,
      );
    }
  });

  test('something that the role cannot read', async () => {
    const schema = await schemaWith(articles('bigint'));
    const { url } = stock.database;
    await runSql(url, 'ALTER TABLE dual_id.relations OWNER TO CURRENT_USER');
    expect(await refusedOf(`${schema}.articles`, 'uuid-key')).toMatch(
      /This role cannot read dual_id\.relations, .* Grant it USAGE on the schema dual_id, and SELECT/,
    );
    await runSql(url, 'ALTER TABLE dual_id.relations OWNER TO test_owner');
    expect(await refusedOf(`${schema}.articles`, 'uuid-key')).toBe('');
  });
});
