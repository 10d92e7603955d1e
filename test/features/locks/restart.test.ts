import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PublicId } from 'nest-dual-id';
import { startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import type { EmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import { runSql } from '../../support/empty-database.js';
import { Reading } from '../../support/guarded-entities.js';
import { makeRoles } from '../../support/roles.js';
import type { LocksBench } from './bench.js';
import { locksBench, ReadingView } from './bench.js';

const dataDir = join(tmpdir(), `dual-id-locks-${randomBytes(6).toString('hex')}`);
const version = process.env['POSTGRES_VERSION'] === '15' ? 15 : 18;
// A server that may lose what it committed in the last moments before a crash.
const settings = { fsync: 'off', synchronous_commit: 'off' };
const start = () => startEmbeddedPostgres({ dataDir, version, settings });

// Other files run in this process as well.
const serverOfOthers = process.env['TEST_SERVER_URL'];
let server: EmbeddedPostgres;
let bench: LocksBench;
let uuid: PublicId<Reading>;
beforeAll(async () => {
  server = await start();
  for (const statement of makeRoles) await runSql(server.url, statement);
  process.env['TEST_SERVER_URL'] = server.url;
  bench = await locksBench();
  uuid = await bench.reading();
});
afterAll(async () => {
  process.env['TEST_SERVER_URL'] = serverOfOthers;
  await bench.stop();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Kills the server with -9; its supervision starts it again on the same port. */
async function crash(): Promise<void> {
  const [file] = await runSql<{ text: string }>(
    server.url,
    `SELECT pg_read_file('postmaster.pid') AS text`,
  );
  process.kill(Number(file!.text.split('\n')[0]), 'SIGKILL');
  await untilRestarted();
}

/** A second use of the server waits until it accepts connections again. */
async function untilRestarted(): Promise<void> {
  await (await start()).stop();
}

/** Tries until the pool has noticed that its connections are gone. */
async function untilAvailable<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if ((error as { code?: string }).code !== 'unavailable' || attempt === 100) throw error;
      await sleep(50);
    }
  }
}

const change = (value: number) =>
  untilAvailable(() => bench.repositories.of(Reading).update(ReadingView, uuid, { value }));
const numberOf = (key: string, ttl = 100) =>
  untilAvailable(() => bench.locks.withLease(key, ttl, async ({ token }) => BigInt(token)));

describe('a server that crashes', () => {
  test('does not end a lease that is renewed in time', async () => {
    await bench.locks.withLease('long', 30_000, async ({ signal }) => {
      await change(1);
      await crash();
      await change(2);
      const other = bench.locks.withLease('long', 100, async () => undefined, { mode: 'no-wait' });
      await expect(other).rejects.toMatchObject({ code: 'locked' });
      expect(signal.aborted).toBe(false);
    });
    expect(await bench.valueOf(uuid)).toBe(2);
  });

  test('never hands out a token twice, though it forgets other commits', async () => {
    const tokens: bigint[] = [];
    for (let round = 0; round < 3; round += 1) {
      tokens.push(await numberOf(`other ${round}`), await numberOf('same'));
      const held = bench.locks.withLease('crashed', 1000, async ({ token }) => {
        tokens.push(BigInt(token));
        await crash();
      });
      await held.catch((error: unknown) => expect(error).toMatchObject({ code: 'lease_lost' }));
      tokens.push(await numberOf('same'), await numberOf('crashed'));
    }
    expect(tokens.every((token, at) => at === 0 || token > tokens[at - 1]!)).toBe(true);
  }, 120_000);
});
