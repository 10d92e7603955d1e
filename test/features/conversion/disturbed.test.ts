import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConversionPlan, Work } from 'nest-dual-id/conversion';
import { stepsOf } from 'nest-dual-id/conversion';
import pg from 'pg';
import { conversionState } from '../../support/conversion-runner/conversion-state.js';
import { runSql } from '../../support/empty-database.js';
import type { Stock } from './stock.js';
import { articleTables, openStock } from './stock.js';

const request = { table: 'articles', kind: 'uuid-key' } as const;
const name = 'public.articles';
let undisturbed: Awaited<ReturnType<typeof conversionState>>;
let plan: ConversionPlan;
let stock: Stock;
const clients: pg.Client[] = [];

beforeAll(async () => {
  await open();
  plan = await stock.conversions.plan(request);
  await stock.conversions.start(plan);
  undisturbed = await conversionState(stock.dataSource, plan);
  await stock.stop();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.end().catch(() => undefined);
  await stock.stop();
});

describe('a conversion', () => {
  test('builds an index again that a cancelled build has left invalid', async () => {
    await open();
    await stock.conversions.start(plan, { until: 'backfill' });
    const { name: index, table, on } = firstIndex();
    const other = await connected();
    await other.query(`BEGIN; UPDATE ${table.name} SET article_id = article_id`);
    const builder = await connected();
    await builder.query(`SET statement_timeout = 300`);
    const build = `CREATE INDEX CONCURRENTLY ${index} ON ${table.name} ${on}`;
    await expect(builder.query(build)).rejects.toMatchObject({ code: '57014' });
    await other.query('ROLLBACK');
    const invalid = 'SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid';
    expect(await stock.rows(invalid)).toEqual([{ name: index }]);
    await stock.conversions.resume(name);
    expect(await stock.rows(invalid)).toEqual([]);
    expect(await conversionState(stock.dataSource, plan)).toEqual(undisturbed);
  });

  test('names a foreign key that was added before the swap, and goes on without it', async () => {
    await open();
    await stock.conversions.start(plan, { until: 'verify' });
    await stock.dataSource.query(
      'CREATE TABLE prices (article_id integer CONSTRAINT late REFERENCES articles)',
    );
    await expect(stock.conversions.resume(name)).rejects.toMatchObject({
      code: 'conversion_blocked',
      message: expect.stringMatching(
        /"swap the keys of public\.articles" removes .*constraint late on table public\.prices depends on/,
      ),
    });
    await stock.dataSource.query('DROP TABLE prices');
    await stock.conversions.resume(name);
    expect(await conversionState(stock.dataSource, plan)).toEqual(undisturbed);
  });

  test.each(['expand', 'backfill', 'verify'] as const)(
    'names a table that was renamed after the phase %s, and goes on when it is renamed back',
    async (until) => {
      await open();
      await stock.conversions.start(plan, { until });
      await stock.dataSource.query('ALTER TABLE tags RENAME TO labels');
      await expect(stock.conversions.resume(name)).rejects.toMatchObject({
        code: 'conversion_blocked',
        message: expect.stringMatching(
          /relation "public\.tags" does not exist\. If it was renamed/,
        ),
      });
      await stock.dataSource.query('ALTER TABLE labels RENAME TO tags');
      await stock.conversions.resume(name);
      expect(await conversionState(stock.dataSource, plan)).toEqual(undisturbed);
    },
  );

  test('is not taken back from a table that was renamed, until it is renamed back', async () => {
    await open();
    const before = await conversionState(stock.dataSource, plan);
    await stock.conversions.start(plan, { until: 'backfill' });
    await stock.dataSource.query('ALTER TABLE tags RENAME TO labels');
    await expect(stock.conversions.rollback(name)).rejects.toMatchObject({
      code: 'conversion_blocked',
      message: expect.stringContaining('does not find public.tags, which has become labels.'),
    });
    await stock.dataSource.query('ALTER TABLE labels RENAME TO tags');
    await stock.conversions.rollback(name);
    expect(await conversionState(stock.dataSource, plan)).toEqual(before);
  });

  test.each(['resume', 'rollback'] as const)(
    'keeps the error of a function of the application that does not find a table: %s',
    async (work) => {
      await open();
      await stock.conversions.start(plan, { until: work === 'resume' ? 'expand' : 'backfill' });
      const event = work === 'resume' ? 'ddl_command_start' : 'sql_drop';
      await runSql(
        stock.database.url,
        `CREATE FUNCTION note_change() RETURNS event_trigger LANGUAGE plpgsql
           AS 'BEGIN INSERT INTO nowhere DEFAULT VALUES; END';
         CREATE EVENT TRIGGER noted ON ${event} EXECUTE FUNCTION note_change()`,
      );
      const failure = await stock.conversions[work](name).then(String, String);
      expect(failure).toMatch(/relation "nowhere" does not exist/);
      expect(failure).not.toMatch(/renamed/);
      await runSql(stock.database.url, 'DROP EVENT TRIGGER noted');
      await stock.conversions[work](name);
    },
  );

  test('names a foreign key to the new key that keeps it from going back', async () => {
    await open();
    await stock.conversions.start(plan);
    await stock.dataSource.query(
      'CREATE TABLE prices (article_uuid uuid CONSTRAINT late REFERENCES articles)',
    );
    await expect(stock.conversions.rollback(name)).rejects.toThrow(
      /constraint late on table public\.prices depends on/,
    );
    await stock.dataSource.query('DROP TABLE prices');
    await stock.conversions.rollback(name);
  });

  test('lets others by while an idle transaction keeps it from the swap', async () => {
    await open();
    await stock.conversions.start(plan, { until: 'verify' });
    await outlasts('UPDATE tags SET label = label WHERE id = 1');
  });

  test('lets others by while an idle transaction keeps one row from the backfill', async () => {
    await open();
    await stock.conversions.start(plan, { until: 'expand' });
    await outlasts(`SELECT FROM articles WHERE code = 'code 40' FOR UPDATE`);
  });
});

/** Goes on with the conversion while an idle transaction has done this. */
async function outlasts(statement: string): Promise<void> {
  const idle = await connected();
  await idle.query('BEGIN');
  await idle.query(statement);
  const { rows } = await idle.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const lines: string[] = [];
  const run = stock.conversions.resume(name, { lockTimeout: 50, log: (line) => lines.push(line) });
  const blocker = `pid ${rows[0]!.pid} `;
  while (lines.filter((line) => line.includes(blocker)).length < 3) await sleep(10);
  const reader = await connected();
  await reader.query(`SET lock_timeout = '5s'`);
  for (let round = 0; round < 50; round += 1) {
    await reader.query(`UPDATE tags SET label = label || '' WHERE id = 2`);
    await reader.query('SELECT count(*) FROM articles');
  }
  await idle.query('ROLLBACK');
  await run;
  expect(await conversionState(stock.dataSource, plan)).toEqual(undisturbed);
}

async function open(): Promise<void> {
  stock = await openStock(articleTables('integer', 300));
}

async function connected(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: stock.database.url });
  clients.push(client);
  await client.connect();
  return client;
}

/** The first one of a child. */
function firstIndex() {
  const isIndex = (work: Work) => work.kind === 'index' && work.table.name === 'stocks';
  const { work } = stepsOf(plan).find((step) => isIndex(step.work))!;
  return work as Extract<Work, { kind: 'index' }>;
}
