import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Conversions } from 'nest-dual-id/conversion';
import { DataSource } from 'typeorm';
import { articleTables } from '../../features/conversion/stock.js';
import { conversionState } from '../../support/conversion-runner/conversion-state.js';
import { testWhere } from '../../support/conditions.js';
import { ownedDatabase } from '../../support/empty-database.js';
import { ownServer } from '../../support/own-server.js';
import { urlAs } from '../../support/roles.js';
import { OwnServer } from '../load/own-server.js';
import { FaultBench, faultyKinds } from './bench.js';

const kind = faultyKinds[0]!;
const rows = 2_000;
const folder = mkdtempSync(join(tmpdir(), 'dual-id-disk-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=260m', 'tmpfs', folder]).status;
const cleanups: (() => Promise<unknown>)[] = [];
let undisturbed: Awaited<ReturnType<typeof FaultBench.undisturbed>>['observed'];

beforeAll(async () => {
  undisturbed = (await FaultBench.undisturbed(kind, rows)).observed;
}, 120_000);
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

/** Articles on a server of the test's own. */
async function articlesOn(server: string, more: readonly string[] = []) {
  const url = urlAs('owner', await ownedDatabase(server, 'converted'));
  const source = await new DataSource({ type: 'postgres', url }).initialize();
  cleanups.push(() => source.destroy().catch(() => undefined));
  for (const statement of [...articleTables(kind.key, rows), ...more]) {
    await source.query(statement);
  }
  const conversions = new Conversions(source);
  return { source, conversions, plan: await conversions.plan(kind.request) };
}

describe('a conversion', () => {
  test.each(['SIGINT', 'SIGQUIT', 'SIGKILL'] as const)(
    'goes on by itself after PostgreSQL was restarted by %s',
    async (signal) => {
      const server = await OwnServer.start();
      cleanups.push(() => server.stop());
      const { source, conversions, plan } = await articlesOn(server.url);
      const steps = new Set<string>();
      const run = conversions.start(plan, {
        rate: 2_000,
        log: () => undefined,
        onProgress: ({ step }) => steps.add(step),
      });
      run.catch(() => undefined);
      while (![...steps].some((step) => step.startsWith('fill article_uuid'))) await sleep(20);
      await server.restart(signal, 500);
      await run;
      expect(await conversionState(source, plan)).toEqual(undisturbed);
    },
    180_000,
  );

  testWhere(mounted === 0, 'mount')(
    'stops while the disk is full, and is resumed when there is room',
    async () => {
      cleanups.push(async () => {
        spawnSync('umount', [folder]);
        rmSync(folder, { recursive: true, force: true });
      });
      const server = await ownServer(folder);
      cleanups.push(() => server.stop().catch(() => undefined));
      const { source, conversions, plan } = await articlesOn(server.url);
      await conversions.start(plan, { until: 'expand' });
      const filler = join(folder, 'filler');
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - 128 * 1024)));
      await source
        .query(
          `INSERT INTO tags (article_id, label)
        SELECT id, repeat('x', 2000) FROM articles`,
        )
        .catch(() => undefined);
      await expect(conversions.resume('public.articles')).rejects.toThrow(/space left on device/);
      rmSync(filler);
      await sleep(1_000);
      await source.query(`DELETE FROM tags WHERE length(label) = 2000`);
      await conversions.resume('public.articles');
      expect(await conversionState(source, plan)).toMatchObject({ schema: undisturbed.schema });
    },
    180_000,
  );
});
