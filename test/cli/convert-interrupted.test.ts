import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Stock } from '../features/conversion/stock.js';
import { articleTables, openStock } from '../features/conversion/stock.js';
import { urlAs } from '../support/roles.js';
import { dualId } from './command.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const rows = 16_000;

let stock: Stock;
let env: { readonly OWNER_DATABASE_URL: string };
const children: Conversion[] = [];
beforeEach(async () => {
  stock = await openStock(articleTables('bigint', rows));
  env = { OWNER_DATABASE_URL: urlAs('owner', stock.database.url) };
});
afterEach(async () => {
  for (const { child } of children.splice(0)) child.kill('SIGKILL');
  await stock.stop();
});

/** A conversion in a process of its own, so slow that it lasts as long as the test wants. */
class Conversion {
  out = '';
  err = '';
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #ended: Promise<unknown[]>;

  constructor() {
    const args = ['convert', 'run', 'articles', '--to', 'add-uuid', '--rate', '3000'];
    this.child = spawn(process.execPath, [main, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    });
    this.child.stdout.on('data', (chunk: Buffer) => (this.out += chunk.toString()));
    this.child.stderr.on('data', (chunk: Buffer) => (this.err += chunk.toString()));
    this.#ended = once(this.child, 'close');
    children.push(this);
  }

  /** Until some rows are filled, and others are not. */
  async underWay(): Promise<this> {
    const count = `SELECT count(*) FILTER (WHERE uuid IS NOT NULL)::int AS done FROM articles`;
    for (;;) {
      const found = await stock.rows<{ done: number }>(count).catch(() => []);
      if ((found[0]?.done ?? 0) > 0) return this;
      if (this.child.exitCode !== null) throw new Error(this.err);
    }
  }

  async end(signal?: NodeJS.Signals): Promise<unknown> {
    if (signal) this.child.kill(signal);
    return (await this.#ended)[0];
  }
}

const convert = (...args: string[]) => dualId(['convert', ...args], { env });
const status = async () => {
  const { out } = await convert('status', 'articles', '--json');
  return JSON.parse(out) as Record<string, unknown>;
};
const unfilled = async () => {
  const query = 'SELECT count(*)::int AS count FROM articles WHERE uuid IS NULL';
  return (await stock.rows<{ count: number }>(query))[0]!.count;
};
/** Rows that the backfill changed, over all its runs. */
const filled = async () => {
  const query = `SELECT rows::int FROM dual_id_conversion.steps WHERE name LIKE 'fill %'`;
  return (await stock.rows<{ rows: number }>(query))[0]!.rows;
};

describe('a conversion that is under way', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'stops between two batches at %s, says how to resume, and does so',
    async (signal) => {
      const run = await new Conversion().underWay();
      expect(await run.end(signal)).toBe(130);
      const resume = 'dual-id convert resume public.articles';
      expect(run.err).toContain('dual-id: It stops after this batch or statement;');
      expect(run.err).toContain(`It was stopped, and can go on where it is: ${resume}\n`);
      expect(await status()).toMatchObject({ state: 'stopped', failure: null, hasRunner: false });
      const left = await unfilled();
      expect(left).toBeGreaterThan(0);
      expect(await filled()).toBe(rows - left);
      const { code, out } = await convert(...resume.split(' ').slice(2));
      expect([code, out]).toEqual([0, expect.stringContaining('add-uuid, observing')]);
      expect([await unfilled(), await filled()]).toEqual([0, rows]);
    },
  );

  test('is said to have no process after one was killed, and goes on', async () => {
    const run = await new Conversion().underWay();
    await run.end('SIGKILL');
    const { out } = await convert('status', 'articles');
    expect(out).toMatch(/^public.articles: add-uuid, running, but no process is at work on it\n/);
    expect(out).toContain('  next: dual-id convert resume public.articles\n');
    expect((await convert('resume', 'articles')).code).toBe(0);
    expect([await unfilled(), await filled()]).toEqual([0, rows]);
  });

  test('tells how far it is, pauses, and goes on when another process asks', async () => {
    const run = await new Conversion().underWay();
    const shown = (await convert('status', 'articles')).out;
    expect(shown).toMatch(/ {2}step \d+ of \d+, backfill: fill uuid of public.articles, \d+ %/);
    expect((await convert('pause', 'articles')).out).toBe('public.articles is paused.\n');
    expect((await convert('status', 'articles')).out).toMatch(
      /add-uuid, paused\n {2}step 2 of \d, backfill: fill uuid of public.articles, \d+ %\n/,
    );
    const still = await unfilled();
    const next = '  next: dual-id convert unpause public.articles\n';
    expect((await convert('status', 'articles')).out).toContain(next);
    expect(await unfilled()).toBe(still);
    const { out } = await convert('unpause', 'articles');
    expect(out).toBe('public.articles is no longer paused.\n');
    expect(await run.end()).toBe(0);
    expect(run.out).toBe(
      'public.articles: add-uuid, observing\n  next: dual-id convert contract public.articles\n',
    );
    expect([await unfilled(), await filled()]).toEqual([0, rows]);
  });

  test('goes on when nobody reads its progress any longer', async () => {
    const run = await new Conversion().underWay();
    run.child.stderr.destroy();
    expect(await run.end()).toBe(0);
    expect(await unfilled()).toBe(0);
  });

  test('is run by one process, and another one is told by which', async () => {
    const run = await new Conversion().underWay();
    const { code, err } = await convert('resume', 'articles');
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/Conversions are run by pid \d+ \(dual-id convert, role test_owner/),
    ]);
    expect(await run.end('SIGINT')).toBe(130);
    const back = await convert('rollback', 'articles');
    expect([back.code, back.out]).toEqual([0, 'public.articles: add-uuid, rolled back\n']);
    expect(await unfilled().catch(String)).toContain('column "uuid" does not exist');
  });
});
