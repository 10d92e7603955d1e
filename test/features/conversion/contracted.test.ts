import { afterEach, describe, expect, test } from '@jest/globals';
import type { ConversionRequest } from 'nest-dual-id/conversion';
import { roleNames } from '../../support/roles.js';
import type { Stock } from './stock.js';
import { articleTables, openStock } from './stock.js';

let stock: Stock;
afterEach(() => stock.stop());

/** Converts to the end; the rows that were linked by their codes still are. */
async function convert(statements: readonly string[], request: ConversionRequest): Promise<void> {
  stock = await openStock(statements);
  await stock.conversions.start(await stock.conversions.plan(request));
  await stock.conversions.contract(`public.${request.table}`);
}

const typeOf = async (table: string, column: string) =>
  (
    await stock.rows<{ type: string }>(
      `SELECT format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
         || attidentity::text AS type
       FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attname = '${column}'`,
    )
  )[0]?.type;

describe('a table with an integer key that got a uuid', () => {
  test('has bigint keys under the old names, with the old values', async () => {
    await convert(articleTables('integer', 50), { table: 'articles', kind: 'add-uuid' });
    expect(await typeOf('articles', 'id')).toBe('bigint NOT NULLd');
    expect(await typeOf('articles', 'parent_id')).toBe('bigint');
    expect(await typeOf('stocks', 'article_id')).toBe('bigint NOT NULL');
    expect(await typeOf('articles', 'uuid')).toBe('uuid NOT NULL');
    expect(
      await stock.rows('SELECT count(*)::int AS n, max(id)::int AS max FROM articles'),
    ).toEqual([{ n: 50, max: 50 }]);
    expect(
      await stock.rows(
        `SELECT DISTINCT a.code = replace(t.label, 'tag ', '') AS same
         FROM tags t JOIN articles a ON a.id = t.article_id`,
      ),
    ).toEqual([{ same: true }]);
  });

  test('numbers new rows after the old ones, and gives them uuids', async () => {
    await convert(articleTables('integer', 50), { table: 'articles', kind: 'add-uuid' });
    const [row] = await stock.rows<{ id: string; uuid: string }>(
      `INSERT INTO articles (code) VALUES ('new') RETURNING id, uuid`,
    );
    expect(Number(row!.id)).toBeGreaterThan(50);
    expect(row!.uuid).toMatch(/^[0-9a-f-]{36}$/);
    await stock.rows(`ALTER TABLE articles ALTER COLUMN id RESTART WITH 3000000000`);
    await stock.rows(`INSERT INTO articles (code) VALUES ('far')`);
  });

  test('goes on with the sequence of a serial', async () => {
    await convert(
      [
        'CREATE TABLE notes (id serial PRIMARY KEY, text text)',
        `INSERT INTO notes (text) SELECT 'n' FROM generate_series(1, 10)`,
      ],
      { table: 'notes', kind: 'add-uuid' },
    );
    expect(await stock.rows('INSERT INTO notes (text) VALUES ($$x$$) RETURNING id')).toEqual([
      { id: '11' },
    ]);
    expect(
      await stock.rows(`SELECT pg_get_serial_sequence('notes', 'id') AS name, seqtypid::regtype::text
        AS type FROM pg_sequence WHERE seqrelid = 'notes_id_seq'::regclass`),
    ).toEqual([{ name: 'public.notes_id_seq', type: 'bigint' }]);
  });
});

test('wide columns keep the comments, the statistics and the rights of narrow ones', async () => {
  const described = () =>
    stock.rows(`SELECT attrelid::regclass::text AS table, attname AS name, attacl::text AS rights,
        attstattarget AS statistics, attoptions AS options, col_description(attrelid, attnum) AS comment
      FROM pg_attribute WHERE (attrelid, attname) IN
        (('articles'::regclass, 'id'), ('stocks'::regclass, 'article_id')) ORDER BY 1`);
  const role = roleNames.application;
  stock = await openStock([
    ...articleTables('integer', 5),
    `COMMENT ON COLUMN articles.id IS 'the article''s number'`,
    `COMMENT ON COLUMN stocks.article_id IS 'what is in stock'`,
    'ALTER TABLE stocks ALTER COLUMN article_id SET STATISTICS 500',
    'ALTER TABLE articles ALTER COLUMN id SET (n_distinct = -1, n_distinct_inherited = 7)',
    `GRANT SELECT (id), REFERENCES (id) ON articles TO ${role} WITH GRANT OPTION`,
    `GRANT SELECT (article_id) ON stocks TO PUBLIC`,
  ]);
  const before = await described();
  const plan = await stock.conversions.plan({ table: 'articles', kind: 'add-uuid' });
  await stock.conversions.start(plan);
  await stock.conversions.contract('public.articles');
  expect(await described()).toEqual(before);
  expect(await typeOf('articles', 'id')).toMatch(/^bigint/);
});

describe('what numbers a narrow key', () => {
  test('is of the same kind, step and rights when the key is wide', async () => {
    await convert(
      [
        `CREATE TABLE notes (id integer PRIMARY KEY
           GENERATED ALWAYS AS IDENTITY (INCREMENT BY 10 CACHE 5), text text)`,
        `INSERT INTO notes (text) VALUES ('one'), ('two')`,
        `GRANT USAGE ON SEQUENCE notes_id_seq TO ${roleNames.application}`,
      ],
      { table: 'notes', kind: 'add-uuid' },
    );
    expect(await typeOf('notes', 'id')).toBe('bigint NOT NULLa');
    const [{ id }] = (await stock.rows(`INSERT INTO notes (text) VALUES ('x') RETURNING id`)) as [
      { id: string },
    ];
    expect([Number(id) % 10, Number(id) > 11]).toEqual([1, true]);
    expect(
      await stock.rows(`SELECT seqincrement::int AS step, seqcache::int AS cache,
          has_sequence_privilege('${roleNames.application}', 'notes_id_seq', 'USAGE') AS granted
        FROM pg_sequence WHERE seqrelid = 'notes_id_seq'::regclass`),
    ).toEqual([{ step: 10, cache: 5, granted: true }]);
  });

  test('may have come to its end, and goes on beyond it', async () => {
    await convert(
      [
        `CREATE TABLE notes (id smallint PRIMARY KEY
           GENERATED BY DEFAULT AS IDENTITY (START WITH 32767), text text)`,
        `INSERT INTO notes (text) VALUES ('last')`,
      ],
      { table: 'notes', kind: 'add-uuid' },
    );
    expect(await stock.rows(`INSERT INTO notes (text) VALUES ('next') RETURNING id`)).toEqual([
      { id: '32768' },
    ]);
  });
});

describe('a table with a uuid key that got a bigint', () => {
  test('has its rows numbered in the order in which they were made', async () => {
    await convert(articleTables('uuid', 50), { table: 'articles', kind: 'add-bigint' });
    const rows = await stock.rows<{ code: string }>(
      'SELECT code FROM articles ORDER BY internal_id',
    );
    // The fixture makes the last code first.
    expect(rows.map(({ code }) => code)).toEqual(
      Array.from({ length: 50 }, (_, index) => `code ${50 - index}`),
    );
    expect(await typeOf('articles', 'internal_id')).toBe('bigint NOT NULLd');
    expect(await stock.rows('SELECT max(internal_id)::int AS max FROM articles')).toEqual([
      { max: 50 },
    ]);
  });

  test('keeps the number of a row that changes between its numbering and its turn', async () => {
    stock = await openStock(articleTables('uuid', 50));
    const plan = await stock.conversions.plan({ table: 'articles', kind: 'add-bigint' });
    const onProgress = ({ step }: { readonly step: string }) => {
      if (step.startsWith('fill internal_id')) throw new Error('stopped before its turn');
    };
    await expect(stock.conversions.start(plan, { onProgress })).rejects.toThrow('stopped before');
    await stock.rows(`UPDATE articles SET code = 'changed' WHERE code = 'code 30'`);
    await stock.conversions.resume('public.articles');
    expect(
      await stock.rows(`SELECT internal_id::int AS id FROM articles WHERE code = 'changed'`),
    ).toEqual([{ id: 21 }]);
  });

  test('has statistics of the new columns, which clients use from the swap on', async () => {
    await convert(articleTables('uuid', 50), { table: 'articles', kind: 'add-bigint' });
    expect(
      await stock.rows(`SELECT tablename, attname FROM pg_stats
        WHERE attname IN ('internal_id', 'article_internal_id') ORDER BY 1`),
    ).toEqual([
      { tablename: 'articles', attname: 'internal_id' },
      { tablename: 'stocks', attname: 'article_internal_id' },
      { tablename: 'tags', attname: 'article_internal_id' },
    ]);
  });

  test('is referred to by the bigint, with the same actions', async () => {
    await convert(articleTables('uuid', 50), { table: 'articles', kind: 'add-bigint' });
    expect(await typeOf('stocks', 'article_id')).toBeUndefined();
    expect(await typeOf('stocks', 'article_internal_id')).toBe('bigint NOT NULL');
    await stock.rows(`DELETE FROM tags WHERE label = 'tag code 9'`);
    await stock.rows(`DELETE FROM articles WHERE code = 'code 9'`);
    expect(await stock.rows('SELECT count(*)::int AS n FROM stocks')).toEqual([{ n: 98 }]);
    expect(
      await stock.rows(
        `INSERT INTO articles (code) VALUES ('new') RETURNING internal_id > 50 AS ok`,
      ),
    ).toEqual([{ ok: true }]);
  });

  test('has a uuid where it was text, with the values it had', async () => {
    const ids = ['0190163D-8694-739B-AEA5-966C26F8AD91', '0190163d-8694-739b-aea5-966c26f8ad92'];
    await convert(
      [
        'CREATE TABLE notes (id varchar(36) PRIMARY KEY DEFAULT gen_random_uuid()::text, text text)',
        'CREATE TABLE lines (note_id varchar(36) NOT NULL REFERENCES notes, n integer)',
        `INSERT INTO notes VALUES ('${ids[0]}', 'one'), ('${ids[1]}', 'two')`,
        `INSERT INTO lines VALUES ('${ids[0]}', 1), ('${ids[1]}', 2)`,
      ],
      { table: 'notes', kind: 'add-bigint' },
    );
    expect(await typeOf('notes', 'id')).toBe('uuid NOT NULL');
    expect(
      await stock.rows(
        'SELECT n.id, l.n FROM notes n JOIN lines l ON l.note_internal_id = n.internal_id ORDER BY 2',
      ),
    ).toEqual(ids.map((id, index) => ({ id: id.toLowerCase(), n: index + 1 })));
    await stock.rows(`INSERT INTO notes (text) VALUES ('by default')`);
    await expect(stock.rows(`INSERT INTO notes (id) VALUES ('${ids[0]}')`)).rejects.toMatchObject({
      code: '23505',
    });
  });
});

describe('a table with an integer key that got a uuid key', () => {
  test('has UUIDs of version 7 that carry the time of their rows', async () => {
    await convert(articleTables('integer', 50), { table: 'articles', kind: 'uuid-key' });
    const rows = await stock.rows<{ uuid: string; at: Date; id: number }>(
      'SELECT uuid, created_at AS at, id FROM articles',
    );
    for (const { uuid, at } of rows) {
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/);
      expect(Number.parseInt(uuid.replace('-', '').slice(0, 12), 16)).toBe(at.getTime());
    }
    expect(rows.length).toBe(50);
    expect(await typeOf('articles', 'id')).toBe('integer NOT NULLd');
    expect(await typeOf('stocks', 'article_uuid')).toBe('uuid NOT NULL');
  });
});
