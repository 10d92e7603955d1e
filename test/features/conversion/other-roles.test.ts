import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runSql } from '../../support/empty-database.js';
import { roleNames, urlAs } from '../../support/roles.js';
import type { Stock } from './stock.js';
import { articleTables, openStock } from './stock.js';

describe.each([
  ['add-bigint', 'uuid', 'article_internal_id'],
  ['uuid-key', 'integer', 'article_uuid'],
] as const)('a role with rights on the tables alone, during %s', (kind, key, twin) => {
  let stock: Stock;
  beforeAll(async () => {
    stock = await openStock([
      ...articleTables(key, 20),
      `GRANT SELECT, INSERT, UPDATE, DELETE ON articles, stocks, tags TO ${roleNames.application}`,
      'ALTER TABLE articles ENABLE ROW LEVEL SECURITY',
      `CREATE POLICY own ON articles USING (code <> 'code 3')`,
      'ALTER TABLE stocks ENABLE ROW LEVEL SECURITY',
      `CREATE POLICY own ON stocks USING (true) WITH CHECK (true)`,
    ]);
  });
  afterAll(() => stock.stop());

  const asApplication = (sql: string) =>
    runSql<Record<string, unknown>>(urlAs('application', stock.database.url), sql);

  test('writes rows whose parent a policy hides from it', async () => {
    const [{ id }] = (await stock.rows(`SELECT id::text FROM articles WHERE code = 'code 3'`)) as [
      { id: string },
    ];
    await stock.conversions.start(await stock.conversions.plan({ table: 'articles', kind }));
    await asApplication(`INSERT INTO stocks (place, article_id) VALUES ('hidden', '${id}')`);
    expect(
      await stock.rows(`SELECT ${twin} IS NOT NULL AS known FROM stocks WHERE place = 'hidden'`),
    ).toEqual([{ known: true }]);
  });

  test('adds rows without a right on what numbers them', async () => {
    await asApplication(`INSERT INTO articles (${key === 'integer' ? 'id, ' : ''}code)
      VALUES (${key === 'integer' ? '5000, ' : ''}'of the application')`);
    await stock.conversions.contract('public.articles');
    await asApplication(`INSERT INTO articles (${kind === 'uuid-key' ? 'uuid, id, ' : ''}code)
      VALUES (${kind === 'uuid-key' ? 'gen_random_uuid(), 5001, ' : ''}'after the contract')`);
    expect(
      await stock.rows(`SELECT count(*)::int AS n FROM articles WHERE code LIKE '% the %'`),
    ).toEqual([{ n: 2 }]);
  });
});

test('rows of a session that skips ordinary triggers are converted as well', async () => {
  const stock = await openStock(articleTables('uuid', 20));
  try {
    const plan = await stock.conversions.plan({ table: 'articles', kind: 'add-bigint' });
    await stock.conversions.start(plan, { jobs: 3 });
    await runSql(
      stock.database.url,
      `SET session_replication_role = replica;
       INSERT INTO articles (code) VALUES ('copied');
       INSERT INTO tags (article_id, label) SELECT id, 'copied' FROM articles WHERE code = 'copied'`,
    );
    expect(
      await stock.rows(`SELECT a.code FROM tags t
        JOIN articles a ON a.internal_id = t.article_internal_id WHERE t.label = 'copied'`),
    ).toEqual([{ code: 'copied' }]);
  } finally {
    await stock.stop();
  }
});
