import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Stock } from './stock.js';
import { articleTables, openStock } from './stock.js';

interface Names {
  readonly id: string;
  readonly added: string;
}

describe.each([
  ['add-bigint', 'uuid', 'internal_id'],
  ['uuid-key', 'integer', 'uuid'],
] as const)('between swap and contract of %s', (kind, key, added) => {
  let stock: Stock;
  let one: Names;
  let other: Names;
  const twin = `article_${added}`;
  beforeAll(async () => {
    stock = await openStock(articleTables(key, 20));
    await stock.conversions.start(await stock.conversions.plan({ table: 'articles', kind }));
    [one, other] = (await stock.rows(
      `SELECT id, ${added} AS added FROM articles ORDER BY code LIMIT 2`,
    )) as [Names, Names];
    await stock.rows('DELETE FROM stocks');
  });
  afterAll(() => stock.stop());

  const insert = (columns: string, values: readonly unknown[]) =>
    stock.dataSource.query(
      `INSERT INTO stocks (place, ${columns})
       VALUES (${['gen_random_uuid()', ...values.map((_, n) => `$${n + 1}`)].join(', ')})
       RETURNING place, article_id AS id, ${twin} AS added`,
      [...values],
    );

  test('a row that is written by either name has both', async () => {
    expect(await insert('article_id', [one.id])).toMatchObject([one]);
    expect(await insert(twin, [one.added])).toMatchObject([one]);
    expect(await insert(`article_id, ${twin}`, [one.id, one.added])).toMatchObject([one]);
  });

  test('a change by either name changes the other', async () => {
    const [{ place }] = await insert('article_id', [one.id]);
    const change = async (column: string, value: string) =>
      (
        await stock.dataSource.query(
          `UPDATE stocks SET ${column} = $2 WHERE place = $1 RETURNING article_id AS id, ${twin} AS added`,
          [place, value],
        )
      )[0];
    expect(await change('article_id', other.id)).toEqual([other]);
    expect(await change(twin, one.added)).toEqual([one]);
  });

  test('null by either name is null by the other', async () => {
    const replaces = `replaces_${added}`;
    const [{ place }] = await insert('article_id, replaces_id', [one.id, other.id]);
    const change = async (column: string) =>
      (
        await stock.dataSource.query(
          `UPDATE stocks SET ${column} = NULL WHERE place = $1
           RETURNING replaces_id AS id, ${replaces} AS added`,
          [place],
        )
      )[0];
    expect(await change(replaces)).toEqual([{ id: null, added: null }]);
    await stock.dataSource.query('UPDATE stocks SET replaces_id = $2 WHERE place = $1', [
      place,
      other.id,
    ]);
    expect(await change('replaces_id')).toEqual([{ id: null, added: null }]);
  });

  test('names of different rows are refused', async () => {
    const both = insert(`article_id, ${twin}`, [one.id, other.added]);
    await expect(both).rejects.toMatchObject({ code: '23503' });
  });

  test('a name of no row is refused as a foreign key refuses it', async () => {
    const unknown = { integer: '987654', uuid: '0190163d-8694-739b-aea5-966c26f8ad91' };
    await expect(insert('article_id', [unknown[key]])).rejects.toMatchObject({ code: '23503' });
    const unknownTwin = kind === 'uuid-key' ? unknown.uuid : unknown.integer;
    await expect(insert(twin, [unknownTwin])).rejects.toMatchObject({ code: '23503' });
  });

  test('a row may refer to itself, and to one that comes later in its transaction', async () => {
    const [ids, id] =
      key === 'uuid'
        ? ['500', "'0190163d-8694-739b-aea5-966c26f8ad94'"]
        : ["'0190163d-8694-739b-aea5-966c26f8ad94'", '500'];
    await stock.rows(
      `INSERT INTO articles (code, id, parent_id) VALUES ('old self', ${id}, ${id})`,
    );
    await stock.rows(`DELETE FROM articles WHERE code = 'old self'`);
    await stock.rows(`INSERT INTO articles (code, id, ${added}, parent_${added})
      VALUES ('self', ${id}, ${ids}, ${ids})`);
    expect(
      await stock.rows(`SELECT parent_id = id AND parent_${added} = ${added} AS same
        FROM articles WHERE code = 'self'`),
    ).toEqual([{ same: true }]);
    const late = key === 'uuid' ? "'0190163d-8694-739b-aea5-966c26f8ad93'" : '777777';
    await stock.dataSource.transaction(async (runner) => {
      await runner.query(`INSERT INTO tags (article_id, label) VALUES (${late}, 'early')`);
      await runner.query(`INSERT INTO articles (id, code) VALUES (${late}, 'late')`);
    });
    expect(
      await stock.rows(`SELECT a.code FROM tags t JOIN articles a ON a.${added} = t.${twin}
        WHERE t.label = 'early'`),
    ).toEqual([{ code: 'late' }]);
  });

  test('the actions of the foreign keys reach rows of either name', async () => {
    const [row] = await stock.rows(`INSERT INTO articles (code) VALUES ('gone') RETURNING id`);
    await insert('article_id, replaces_id', [one.id, row!['id']]);
    await insert('article_id', [row!['id']]);
    await stock.rows(`DELETE FROM articles WHERE code = 'gone'`);
    expect(
      await stock.rows(`SELECT count(*)::int AS n FROM stocks WHERE article_id IS NULL OR ${twin} IS NULL
        OR (replaces_id IS NULL) <> (replaces_${added} IS NULL)`),
    ).toEqual([{ n: 0 }]);
  });

  test('what named the old key or its constraint still works', async () => {
    await stock.rows(`INSERT INTO articles (id, code) SELECT id, code FROM articles LIMIT 1
      ON CONFLICT (id) DO NOTHING`);
    await stock.rows(`INSERT INTO articles (id, code) SELECT id, code FROM articles LIMIT 1
      ON CONFLICT ON CONSTRAINT articles_pkey DO NOTHING`);
    await expect(
      stock.rows(`INSERT INTO articles (id, code) SELECT id, 'twice' FROM articles LIMIT 1`),
    ).rejects.toMatchObject({ code: '23505', driverError: { constraint: 'articles_pkey' } });
  });
});
