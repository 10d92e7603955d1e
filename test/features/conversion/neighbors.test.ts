import { afterEach, describe, expect, test } from '@jest/globals';
import { textsOf } from './plan-cases.js';
import type { Stock } from './stock.js';
import { articleTables, openStock } from './stock.js';

let stock: Stock;
afterEach(() => stock.stop());

const plan = (kind: 'add-uuid' | 'uuid-key') => stock.conversions.plan({ table: 'articles', kind });

describe('the contract', () => {
  /** As a restore does that writes data alone. */
  const unseen = [
    'ALTER TABLE tags DISABLE TRIGGER USER',
    `INSERT INTO tags (article_id, label) VALUES (7, 'restored')`,
    'ALTER TABLE tags ENABLE TRIGGER USER',
  ];

  test.each(['add-uuid', 'uuid-key'] as const)(
    'of %s keeps references that were written without its triggers, and says so',
    async (kind) => {
      stock = await openStock(articleTables('integer', 60));
      await stock.conversions.start(await plan(kind));
      for (const statement of unseen) await stock.rows(statement);
      await expect(stock.conversions.contract('articles')).rejects.toMatchObject({
        code: 'conversion_differs',
        message: expect.stringMatching(/Found 1 rows of public\.tags whose article_\w+/),
      });
      await stock.rows(`UPDATE tags SET article_id = article_id WHERE label = 'restored'`);
      await stock.conversions.contract('articles');
      const reference = kind === 'add-uuid' ? 'id = t.article_id' : 'uuid = t.article_uuid';
      const found = `SELECT code FROM tags t JOIN articles a ON a.${reference} WHERE label = 'restored'`;
      expect(await stock.rows(found)).toEqual([{ code: 'code 7' }]);
    },
  );

  test('leaves nothing to be paused', async () => {
    stock = await openStock(articleTables('bigint', 5));
    await stock.conversions.start(await plan('add-uuid'));
    await stock.conversions.contract('articles');
    await expect(stock.conversions.pause('articles')).rejects.toThrow('is contracted');
  });
});

test.each(['old', 'new', 'found', 'meant', 'late', 'r'])(
  'a reference called %s may name a row that comes later in its transaction',
  async (name) => {
    stock = await openStock([
      ...articleTables('integer', 5),
      `CREATE TABLE links (id integer PRIMARY KEY, late integer DEFAULT 1, meant_for integer,
         "${name === 'late' ? 'to' : name}" integer REFERENCES articles (id) DEFERRABLE INITIALLY DEFERRED)`,
    ]);
    const column = name === 'late' ? 'to' : name;
    await stock.conversions.start(await plan('uuid-key'));
    await stock.dataSource.transaction(async (manager) => {
      await manager.query(`INSERT INTO links (id, "${column}") VALUES (1, 900)`);
      await manager.query(`INSERT INTO articles (id, code) VALUES (900, 'later')`);
    });
    const found = `SELECT a.id FROM links l JOIN articles a ON a.uuid = l."${column}_uuid"`;
    expect(await stock.rows(found)).toEqual([{ id: 900 }]);
  },
);

describe('a publication of some columns or rows', () => {
  test.each(['(id, code)', 'WHERE (id > 3)'])('keeps a key from being moved: %s', async (part) => {
    stock = await openStock(articleTables('integer', 5));
    await stock.rows(`CREATE PUBLICATION told FOR TABLE articles ${part}`);
    expect(textsOf(await plan('uuid-key'), 'refused')).toMatch(
      /The publication told publishes some columns or rows of .*"articles".* Take the table out/,
    );
    expect(textsOf(await plan('add-uuid'), 'refused')).toBe('');
  });

  test('that tells of new rows only is none of the conversion', async () => {
    stock = await openStock(articleTables('integer', 5));
    await stock.rows(
      `CREATE PUBLICATION told FOR TABLE articles (id) WITH (publish = 'insert, truncate')`,
    );
    expect(textsOf(await plan('uuid-key'), 'refused')).toBe('');
  });
});

test.each([
  ['INSERT INTO kept SELECT NEW.*', true],
  [`INSERT INTO kept SELECT 'D', now(), old . *`, true],
  ['INSERT INTO kept VALUES (NEW.*)', true],
  ['INSERT INTO kept (row) VALUES (to_jsonb(NEW.*))', false],
  ['INSERT INTO kept (row) SELECT to_jsonb(NEW.*)', false],
  ['INSERT INTO kept (row) SELECT both_of(OLD.*, NEW.*)', false],
  ['IF NEW.* IS DISTINCT FROM OLD.* THEN PERFORM 1; END IF', false],
  ['PERFORM 1; IF (SELECT count(*) FROM kept) > 0 AND OLD.* IS NOT NULL THEN NULL; END IF', false],
  ['INSERT INTO kept (id) VALUES (NEW.id)', false],
])('a trigger that copies whole rows is refused: %s, %s', async (text, isRefused) => {
  stock = await openStock([
    ...articleTables('integer', 5),
    `CREATE FUNCTION keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${text}; RETURN NULL; END $$`,
    'CREATE TRIGGER kept AFTER INSERT ON tags FOR EACH ROW EXECUTE FUNCTION keeps()',
  ]);
  expect(textsOf(await plan('uuid-key'), 'refused')).toMatch(
    isRefused ? /The function of the trigger kept of .*"tags" copies whole rows/ : /^$/,
  );
});

test.each([
  ['fills', 'expand'],
  ['verifies', 'validate'],
] as const)('a lock that others hold as it %s only delays it', async (_, until) => {
  stock = await openStock(articleTables('integer', 60));
  await stock.conversions.start(await plan('add-uuid'), { until });
  const holder = stock.dataSource.createQueryRunner();
  await holder.startTransaction();
  await holder.query('LOCK TABLE articles IN ACCESS EXCLUSIVE MODE');
  const waits: string[] = [];
  let released: Promise<void> | undefined;
  const log = (line: string) => {
    waits.push(line);
    released ??= holder.commitTransaction();
  };
  await stock.conversions.resume('articles', { log });
  await released;
  await holder.release();
  expect(waits[0]).toContain('did not get a lock that is held by');
  expect((await stock.conversions.status())[0]!.state).toBe('observing');
});

test('triggers of another conversion are not told as those of the application', async () => {
  stock = await openStock(articleTables('integer', 60));
  await stock.conversions.start(await plan('add-uuid'));
  const next = await stock.conversions.plan({ table: 'tags', kind: 'add-uuid' });
  expect(textsOf(next, 'note')).not.toContain('zz_dual_id');
});
