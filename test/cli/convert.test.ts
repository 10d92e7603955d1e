import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import type { ConversionPlan, StepText } from 'nest-dual-id/conversion';
import type { Stock } from '../features/conversion/stock.js';
import { articleTables, openStock } from '../features/conversion/stock.js';
import { runSql } from '../support/empty-database.js';
import { roleNames, urlAs } from '../support/roles.js';
import { schemaSnapshot } from '../support/schema-snapshot.js';
import { dualId } from './command.js';

const as = (role: 'owner' | 'application', { database }: Stock) => ({
  env: { OWNER_DATABASE_URL: urlAs(role, database.url) },
});
/** The tables of the application, and nothing that conversions keep for themselves. */
const applicationSchema = async ({ dataSource }: Stock) =>
  (await schemaSnapshot(dataSource)).filter(
    (line) => !/dual_id_conversion|^(?:conversions|steps)_/.test(line),
  );
const convertIn =
  (stock: Stock) =>
  (...args: string[]) =>
    dualId(['convert', ...args], as('owner', stock));

/** Runs work with a terminal at which somebody types an answer. */
async function answering<T>(answer: string, work: () => Promise<T>): Promise<T> {
  const { stdin } = process;
  const terminal = Object.assign(Readable.from([answer]), { isTTY: true });
  Object.defineProperty(process, 'stdin', { value: terminal, configurable: true });
  try {
    return await work();
  } finally {
    Object.defineProperty(process, 'stdin', { value: stdin, configurable: true });
  }
}

describe('dual-id convert', () => {
  let stock: Stock;
  beforeAll(async () => {
    stock = await openStock(articleTables('integer', 500));
    await stock.rows(`CREATE TABLE "Order Line" (id serial PRIMARY KEY, "Text" text)`);
    await stock.rows(`INSERT INTO "Order Line" ("Text") VALUES ('a'), ('b')`);
    await stock.rows('CREATE TABLE ratings (a int, b int, PRIMARY KEY (a, b))');
  });
  afterAll(() => stock.stop());
  const convert = (...args: string[]) => convertIn(stock)(...args);

  test('says that there are no conversions yet', async () => {
    const nothing = 'There are no conversions in this database.\n';
    expect(await convert()).toEqual({ code: 0, out: nothing, err: '' });
    expect(await convert('status', '--json')).toEqual({ code: 0, out: '', err: '' });
    const { code, err } = await convert('status', 'articles');
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('There is no conversion of public.articles.'),
    ]);
  });

  test('prints a plan with its steps and their locks, and changes nothing', async () => {
    const before = await schemaSnapshot(stock.dataSource);
    const { code, out, err } = await convert('plan', 'articles', '--to', 'uuid-key');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('public.articles: uuid-key\n');
    expect(out).toContain('with UUIDs of version 7 that carry the time of created_at\n');
    expect(out).toContain('public.stocks.article_uuid uuid is added beside article_id');
    expect(out).toMatch(/\nswap +swap the keys of public.articles +public.articles, .*, briefly\n/);
    expect(await schemaSnapshot(stock.dataSource)).toEqual(before);
  });

  test('ends with 1 for a plan that is refused, and starts none', async () => {
    const { code, out } = await convert('plan', 'ratings', '--to', 'add-uuid');
    expect(code).toBe(1);
    expect(out).toMatch(/\nRefused until this is changed:\n- The primary key of/);
    const { code: ran, out: shown } = await convert('run', 'ratings', '--to', 'add-uuid', '--json');
    const { notes } = JSON.parse(shown) as ConversionPlan;
    expect([ran, notes[0]?.kind]).toEqual([1, 'refused']);
    expect((await convert()).out).toContain('There are no conversions');
  });

  test('converts a table whose name has to be quoted, and goes back from it', async () => {
    const before = await applicationSchema(stock);
    const name = 'public."Order Line"';
    const ran = await convert('run', name, '--to', 'add-uuid', '--json');
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(JSON.parse(ran.out)).toMatchObject({ name: 'public.Order Line', state: 'observing' });
    expect((await convert('status', '"Order Line"')).out).toContain(
      `  next: dual-id convert contract '${name}'\n`,
    );
    expect(await convert('rollback', name)).toMatchObject({
      code: 0,
      out: `${name}: add-uuid, rolled back\n`,
    });
    expect(await applicationSchema(stock)).toEqual(before);
  });

  test('runs to a phase, resumes, and is not run twice', async () => {
    const run = ['run', 'articles', '--to', 'add-uuid', '--until'];
    const first = await convert(...run, 'expand');
    expect(first.out).toMatch(
      /^public.articles: add-uuid, stopped\n {2}step \d+ of \d+, backfill:/,
    );
    expect(first.err).toMatch(/^1\/\d+ expand: add uuid to public.articles\n/);
    const again = await convert(...run, 'observe');
    expect([again.code, again.err]).toEqual([
      1,
      expect.stringContaining('A conversion of public.articles is under way (add-uuid, stopped).'),
    ]);
    const { code, out } = await convert('resume', 'articles');
    expect([code, out]).toEqual([
      0,
      'public.articles: add-uuid, observing\n  next: dual-id convert contract public.articles\n',
    ]);
  });

  test('limits the rate, and takes the limit away', async () => {
    const { code, out } = await convert('rate', 'articles', '500');
    expect([code, out]).toEqual([0, 'public.articles changes at most 500 rows a second.\n']);
    expect((await convert('status', 'articles')).out).toContain('  at most 500 rows/s\n');
    expect((await convert('rate', 'articles')).out).toContain('as many rows as it can a second');
    expect((await convert('status', 'articles')).out).not.toContain('rows/s');
  });

  test('contracts only when it is told so, and never twice', async () => {
    const asked = await convert('contract', 'articles');
    expect([asked.code, asked.err]).toEqual([2, expect.stringContaining('Pass --yes')]);
    const declined = await answering('no\n', () => convert('contract', 'articles'));
    expect([declined.code, declined.err]).toEqual([
      1,
      expect.stringMatching(/drops the old columns, .*\n?dual-id: Nothing was changed\.\n$/),
    ]);
    const done = await answering('yes\n', () => convert('contract', 'articles'));
    expect([done.code, done.out]).toEqual([0, 'public.articles: add-uuid, contracted\n']);
    const again = await convert('contract', 'articles', '--yes');
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('is contracted')]);
    const late = await convert('rollback', 'articles');
    expect([late.code, late.err]).toEqual([1, expect.stringContaining('is contracted')]);
  });

  test.each([
    [['orbit'], 'There is no `dual-id convert orbit`; there is status, plan, run'],
    [['plan'], '`dual-id convert plan` needs a table.'],
    [['plan', 'articles'], 'Say what the table should get: --to add-uuid'],
    [['plan', 'articles', '--to', 'uuid'], '--to needs one of: add-uuid'],
    [['plan', 'a', 'b', '--to', 'add-uuid'], 'takes one table, but got b as well. Quote'],
    [['plan', 'a', '--to', 'add-uuid', '--rate', '5'], '--rate is not for convert plan.'],
    [['run', 'a', '--to', 'add-uuid', '--id-column', 'n'], '--id-column is not for add-uuid, but'],
    [['run', 'a', '--to', 'add-uuid', '--rate', 'fast'], '--rate needs a whole number of rows'],
    [['run', 'a', '--to', 'add-uuid', '--until', 'contract'], '--until needs one of: expand'],
    [['resume', 'a', '--patience', '0'], '--patience needs a whole number of milliseconds'],
    [['rate', 'a', '-5'], 'There is no option -5'],
    [['rate', 'a', 'slow'], 'The rate needs a whole number of rows from 1, not slow.'],
    [['status', '--yes'], '--yes is not for convert status.'],
  ])('refuses the call %j before it opens a database', async (args, message) => {
    const { code, err } = await dualId(['convert', ...args]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test('does not make a database of its own where none is named', async () => {
    const env = { DUAL_ID_DATA_DIR: '/nowhere/at/all' };
    const { code, err } = await dualId(['convert', 'status'], { env });
    expect([code, err]).toEqual([1, expect.stringContaining('Set DATABASE_URL to one such as')]);
  });

  test('says which table, conversion or right is missing', async () => {
    const skipping = await convert('run', 'tags', '--to', 'add-uuid', '--skip-triggers');
    expect([skipping.code, skipping.err]).toEqual([
      1,
      expect.stringContaining('This role may not set session_replication_role'),
    ]);
    const failure = async (...args: string[]) => (await convert(...args)).err;
    expect(await failure('plan', 'nothing', '--to', 'add-uuid')).toContain(
      'There is no table public.nothing.',
    );
    expect(await failure('pause', 'tags')).toContain(
      'There is no conversion of public.tags; there is',
    );
    const plan = () =>
      dualId(['convert', 'plan', 'tags', '--to', 'add-uuid'], as('application', stock));
    const { code, err } = await plan();
    expect([code, err]).toEqual([1, expect.stringContaining('Run it as the role that owns the')]);
    await runSql(stock.database.url, 'DROP SCHEMA dual_id_conversion CASCADE');
    const { code: refused, out } = await plan();
    expect([refused, out]).toEqual([1, expect.stringContaining('belongs to another role')]);
  });

  test('says what lets a role keep its conversions', async () => {
    const url = as('application', stock);
    await runSql(stock.database.url, `CREATE TABLE owned (id int PRIMARY KEY)`);
    await runSql(stock.database.url, `ALTER TABLE owned OWNER TO ${roleNames.application}`);
    const { code, out } = await dualId(['convert', 'run', 'owned', '--to', 'add-uuid'], url);
    expect([code, out]).toEqual([1, expect.stringContaining('Grant it CREATE on the database.')]);
  });
});

describe.each(['add-uuid', 'add-bigint', 'uuid-key'] as const)('the dry run of %s', (kind) => {
  const key = kind === 'add-bigint' ? 'uuid' : 'integer';
  let stock: Stock;
  let steps: readonly StepText[];
  let before: string[];
  beforeAll(async () => {
    stock = await openStock(articleTables(key, 300));
    before = await schemaSnapshot(stock.dataSource);
    await stock.rows('CREATE SCHEMA dual_id_conversion');
    const { out } = await convertIn(stock)('plan', 'articles', '--to', kind, '--json');
    ({ steps } = JSON.parse(out) as { steps: readonly StepText[] });
  });
  afterAll(() => stock.stop());
  const run = async (statements: readonly string[]) => {
    const runner = stock.dataSource.createQueryRunner();
    for (const one of statements) {
      const values = [`'(0,0)'`, `'(4294967295,0)'`, '3'];
      await runner.query(one.replaceAll(/\$([123])\b/g, (_, place) => values[place - 1]!));
    }
    await runner.release();
  };
  const shown = () => applicationSchema(stock);

  test('prints every statement of the plan, and those that go back as comments', async () => {
    const { code, out } = await convertIn(stock)('plan', 'articles', '--to', kind, '--dry-run');
    expect(code).toBe(0);
    for (const { sql, undo } of steps) {
      for (const one of sql) expect(out).toContain(`\n${one};\n`);
      for (const one of undo) expect(out).toContain(`${one};`.replaceAll(/^/gm, '--   '));
    }
    expect(await shown()).toEqual(before);
  });

  test('is SQL that goes there and back by hand', async () => {
    const forth = steps.filter(({ phase }) => phase !== 'contract');
    await run(forth.flatMap(({ sql }) => sql));
    expect(await shown()).not.toEqual(before);
    await run(forth.toReversed().flatMap(({ undo }) => undo));
    expect(await shown()).toEqual(before);
  });

  test('is SQL that makes what the conversion makes', async () => {
    await run(steps.flatMap(({ sql }) => sql));
    const byHand = await shown();
    const other = await openStock(articleTables(key, 300));
    try {
      const plan = await other.conversions.plan({ table: 'articles', kind });
      await other.conversions.start(plan);
      await other.conversions.contract('articles');
      expect(byHand).toEqual(await applicationSchema(other));
    } finally {
      await other.stop();
    }
  });
});
