import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ConversionRequest } from 'nest-dual-id/conversion';
import { removeHistory } from 'nest-dual-id/history';
import { addTo, openLibrary } from './library-tables.js';
import { articles, planCase, textsOf } from './plan-cases.js';
import type { Stock } from './stock.js';

let stock: Stock;
beforeAll(async () => {
  stock = await openLibrary();
});
afterAll(() => stock.stop());

async function schemaWith(sql: string): Promise<string> {
  const { subject } = await planCase(stock, { sql, kind: 'add-uuid' });
  return subject.schema;
}

async function convert(schema: string, kind: ConversionRequest['kind']): Promise<void> {
  const table = `${schema}.articles`;
  await stock.conversions.start(await stock.conversions.plan({ table, kind }));
  await stock.conversions.contract(table);
}

const refusedOf = async (schema: string, kind: ConversionRequest['kind']) =>
  textsOf(await stock.conversions.plan({ table: `${schema}.articles`, kind }), 'refused');

const endLog = (schema: string, table = 'articles') =>
  stock.dataSource.transaction((runner) => removeHistory(runner, { table, schema }));

describe('a history', () => {
  /** Articles that were logged for a while. */
  async function logged(key: string): Promise<string> {
    const schema = await schemaWith(articles(key));
    await addTo(stock, 'addHistory', 'articles', schema);
    await stock.rows(`INSERT INTO ${schema}.articles (code) VALUES ('a'), ('b')`);
    await endLog(schema);
    return schema;
  }

  test.each(['integer', 'bigint'])(
    'of rows with an %s key goes on under the same records after add-uuid',
    async (key) => {
      const schema = await logged(key);
      await convert(schema, 'add-uuid');
      await addTo(stock, 'addHistory', 'articles', schema);
      await stock.rows(`UPDATE ${schema}.articles SET code = 'changed' WHERE code = 'b'`);
      expect(
        await stock.rows(`SELECT c.operation, c.record_id = a.id AS same,
            c.uuid IS NOT DISTINCT FROM a.uuid AS "hasUuid"
          FROM dual_id.changes c JOIN dual_id.history_tables t USING (table_id)
          JOIN ${schema}.articles a ON a.code = 'changed' AND a.id = c.record_id
          WHERE t.schema_name = '${schema}' ORDER BY c.change_id`),
      ).toEqual([
        { operation: 'I', same: true, hasUuid: false },
        { operation: 'U', same: true, hasUuid: true },
      ]);
    },
  );

  test('keeps a table from getting another key, until it is kept under another name', async () => {
    const schema = await logged('integer');
    const refused = await refusedOf(schema, 'uuid-key');
    expect(refused).toMatch(/The history of "case_\d+"\."articles" has changes under keys that/);
    const [, statement] = /then (UPDATE .*)\.$/.exec(refused)!;
    await stock.rows(statement!);
    await convert(schema, 'uuid-key');
    await addTo(stock, 'addGuidId', 'articles', schema);
    await addTo(stock, 'addHistory', 'articles', schema);
    await stock.rows(`INSERT INTO ${schema}.articles (uuid, code) VALUES (gen_random_uuid(), 'c')`);
    expect(
      await stock.rows(`SELECT t.table_name AS name, count(*)::int AS changes
        FROM dual_id.changes c JOIN dual_id.history_tables t USING (table_id)
        WHERE t.schema_name = '${schema}' GROUP BY 1 ORDER BY 1`),
    ).toEqual([
      { name: 'articles', changes: 1 },
      { name: 'articles before', changes: 2 },
    ]);
  });

  test('of a table that refers to it does so, too', async () => {
    const schema = await schemaWith(`${articles('bigint')};
      INSERT INTO articles (code) VALUES ('a')`);
    await addTo(stock, 'addHistory', 'tags', schema);
    await stock.rows(`INSERT INTO ${schema}.tags (article_id) VALUES (1)`);
    await endLog(schema, 'tags');
    expect(await refusedOf(schema, 'uuid-key')).toMatch(/The history of .*"tags" has changes/);
    expect(await refusedOf(schema, 'add-uuid')).toBe('');
  });

  test('that has no change stands in no way', async () => {
    const schema = await schemaWith(articles('bigint'));
    await addTo(stock, 'addHistory', 'articles', schema);
    await endLog(schema);
    await convert(schema, 'uuid-key');
  });
});

describe('a table with ids that refers to the converted one', () => {
  test.each([
    ['integer', 'add-uuid', 'article_id'],
    ['integer', 'uuid-key', 'article_uuid'],
    ['uuid DEFAULT gen_random_uuid()', 'add-bigint', 'article_internal_id'],
  ] as const)('keeps its ids, guards and passports: %s, %s', async (key, kind, column) => {
    const schema = await schemaWith(`${articles(key)};
      INSERT INTO articles (code) VALUES ('a'), ('b')`);
    await addTo(stock, 'addDualId', 'tags', schema);
    await addTo(stock, 'addMasterLink', 'tags', schema);
    const master = `(SELECT uuid FROM dual_id.create_records(
      ARRAY[gen_random_uuid()], ARRAY[90]::smallint[], ARRAY[NULL], ARRAY[NULL]))`;
    const key1 = `(SELECT min(id::text)::${key.split(' ')[0]} FROM ${schema}.articles)`;
    await stock.rows(`INSERT INTO ${schema}.tags (article_id, label, master_uuid)
      VALUES (${key1}, 'before', ${master})`);
    const ids = () =>
      stock.rows(`SELECT t.id, t.uuid, t.master_uuid, p.status
      FROM ${schema}.tags t JOIN dual_id.passports p ON (p.uuid, p.entity_id) = (t.uuid, t.id)
      ORDER BY t.id`);
    const before = await ids();
    await convert(schema, kind);
    expect(await ids()).toEqual(before);
    await stock.rows(`INSERT INTO ${schema}.tags (${column}, label, master_uuid)
      SELECT ${column}, 'after', ${master} FROM ${schema}.tags`);
    expect(await ids()).toHaveLength(2);
    for (const change of ['uuid = gen_random_uuid()', 'id = id + 100', 'master_id = 1']) {
      await expect(stock.rows(`UPDATE ${schema}.tags SET ${change}`)).rejects.toThrow();
    }
  });
});

describe('kept answers', () => {
  test('name the same rows after their uuid is no longer the key', async () => {
    const schema = await schemaWith(articles('uuid DEFAULT gen_random_uuid()'));
    await stock.rows(`INSERT INTO ${schema}.articles (code) VALUES ('a'), ('b')`);
    await stock.rows(`INSERT INTO dual_id.idempotency_keys (scope, key, request_hash, status, answer)
      SELECT 'scope', '${schema}' || code, '', 201, json_build_object('uuid', id, 'code', code)
      FROM ${schema}.articles`);
    await convert(schema, 'add-bigint');
    await stock.dataSource.transaction((runner) =>
      runner.query(`ALTER TABLE ${schema}.articles RENAME COLUMN id TO uuid`),
    );
    expect(
      await stock.rows(`SELECT a.code = k.answer::json ->> 'code' AS same
        FROM dual_id.idempotency_keys k
        JOIN ${schema}.articles a ON a.uuid = (k.answer::json ->> 'uuid')::uuid
        WHERE k.key LIKE '${schema}%'`),
    ).toEqual([{ same: true }, { same: true }]);
  });
});
