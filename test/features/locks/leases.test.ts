import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { newPublicId, statement } from 'nest-dual-id';
import type { Lease } from 'nest-dual-id/locks';
import type { LocksBench } from './bench.js';
import { locksBench, openLocks } from './bench.js';

let bench: LocksBench;
beforeAll(async () => {
  bench = await locksBench();
});
afterAll(() => bench.stop());

const key = () => `job:${newPublicId(4)}`;
const nothing = async () => undefined;
const ttl = 10_000;
const lost = { code: 'lease_lost', status: 409 };

describe('a lease', () => {
  test('is held by one, and free as soon as the work ends or fails', async () => {
    const job = key();
    const attempt = () => bench.locks.withLease(job, ttl, nothing, { mode: 'no-wait' });
    const busy = { code: 'locked', status: 409, details: { retryAfter: 1 } };
    await bench.locks.withLease(job, ttl, async () => {
      await expect(attempt()).rejects.toMatchObject(busy);
      const impatient = bench.locks.withLease(job, ttl, nothing, { timeout: 30 });
      await expect(impatient).rejects.toMatchObject(busy);
      await bench.locks.withLease(key(), ttl, nothing, { mode: 'no-wait' });
    });
    await attempt();
    const failing = bench.locks.withLease(job, ttl, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    await attempt();
  });

  test('is waited for by default', async () => {
    const job = key();
    const order: string[] = [];
    const first = bench.locks.withLease(job, ttl, async () => {
      await sleep(60);
      order.push('first');
    });
    await sleep(20);
    await Promise.all([first, bench.locks.withLease(job, ttl, async () => order.push('second'))]);
    expect(order).toEqual(['first', 'second']);
  });

  test('has a token above every earlier one, after release and across 2^53', async () => {
    const [job, other] = [key(), key()];
    const tokens: bigint[] = [];
    const take = (name: string) =>
      bench.locks.withLease(name, ttl, async ({ token }) => void tokens.push(BigInt(token)));
    await take(job);
    await take(other);
    await take(job);
    await bench.sql(`SELECT setval('dual_id.lease_tokens', 9007199254740993)`);
    await take(job);
    await take(job);
    expect(tokens).toEqual(tokens.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(tokens.at(-1)).toBe(9007199254740995n);
    await bench.sql(`SELECT setval('dual_id.lease_tokens', 5)`);
    await take(job);
    expect(tokens.at(-1)).toBe(9007199254740996n);
  });

  test('is renewed for as long as the work runs', async () => {
    const job = key();
    await bench.locks.withLease(job, 1500, async ({ signal }) => {
      await sleep(4000);
      expect(signal.aborted).toBe(false);
      await expect(
        bench.locks.withLease(job, ttl, nothing, { mode: 'no-wait' }),
      ).rejects.toMatchObject({ code: 'locked' });
    });
  });

  test('is released only by its holder', async () => {
    const job = key();
    const seen: Lease[] = [];
    const overtaken = bench.locks.withLease(job, 400, async (lease) => {
      seen.push(lease);
      await bench.sql('UPDATE dual_id.leases SET expires_at = now() WHERE key = $1', [job]);
      await bench.locks.withLease(job, ttl, async (next) => {
        seen.push(next);
        await sleep(500);
        expect(lease.signal.aborted).toBe(true);
        expect(lease.signal.reason).toMatchObject(lost);
        expect(next.signal.aborted).toBe(false);
      });
    });
    await expect(overtaken).rejects.toMatchObject(lost);
    expect(BigInt(seen[1]!.token)).toBeGreaterThan(BigInt(seen[0]!.token));
  });

  test('that ended unnoticed still fails the work', async () => {
    const job = key();
    const work = bench.locks.withLease(job, ttl, async () => {
      await bench.sql('UPDATE dual_id.leases SET expires_at = now() WHERE key = $1', [job]);
      return 'done';
    });
    await expect(work).rejects.toMatchObject(lost);
  });

  test('is given up if the database cannot be reached in time', async () => {
    const client = await openLocks(bench.url, 1);
    const work = client.locks.withLease(key(), 300, async ({ signal }) => {
      // The only connection of the pool is taken, so no renewal gets through.
      await client.dataSource.query('SELECT pg_sleep(0.5)');
      expect(signal.reason).toMatchObject(lost);
    });
    await expect(work).rejects.toMatchObject(lost);
    await client.dataSource.destroy();
  });

  test('is renewed while others take every connection for writes', async () => {
    const client = await openLocks(bench.url);
    const rest = statement('SELECT pg_sleep(3)');
    await client.locks.withLease(key(), 1_500, async ({ signal }) => {
      const writers = Array.from({ length: 10 }, () =>
        client.database.outside(() =>
          client.database.transaction(() => client.database.rows(rest)).catch(() => undefined),
        ),
      );
      await sleep(4_000);
      expect(signal.aborted).toBe(false);
      await Promise.all(writers);
    });
    await client.dataSource.destroy();
  });

  test('survives lost connections', async () => {
    const job = key();
    await bench.locks.withLease(job, 3000, async ({ signal }) => {
      for (let round = 0; round < 20; round += 1) {
        await sleep(200);
        await bench
          .sql(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()`,
          )
          .catch(() => undefined);
      }
      expect(signal.aborted).toBe(false);
    });
  });

  test('accepts any text as its key, and refuses empty and too long ones and an invalid ttl', async () => {
    for (const text of ['ключ 🔑:%', "'; --", ' ', 'x'.repeat(255)]) {
      expect(await bench.locks.withLease(text, ttl, async (lease) => lease.key)).toBe(text);
    }
    const refused = { code: 'misuse' };
    for (const text of ['', 'x'.repeat(256), 'a\0b']) {
      await expect(bench.locks.withLease(text, ttl, nothing)).rejects.toMatchObject(refused);
    }
    for (const time of [0, -1, 99, 0.5, Number.NaN, 2 ** 32, Infinity]) {
      await expect(bench.locks.withLease(key(), time, nothing)).rejects.toMatchObject(refused);
    }
  });

  test('is refused inside a transaction, which would hide it until the end', async () => {
    const work = bench.database.transaction(() => bench.locks.withLease(key(), ttl, nothing));
    await expect(work).rejects.toMatchObject({ code: 'misuse' });
  });
});

test('a hundred callers get one lease one after another, with increasing tokens', async () => {
  const job = key();
  await bench.sql('CREATE TABLE visits (at bigint GENERATED ALWAYS AS IDENTITY, token bigint)');
  const uuid = await bench.reading();
  const clients = [bench, ...(await Promise.all([1, 2, 3].map(() => openLocks(bench.url, 10))))];
  const works = Array.from({ length: 100 }, (_, at) => {
    const { locks, database } = clients[at % clients.length]!;
    return locks.withLease(job, ttl, async ({ token }) => {
      const read = statement('SELECT value FROM readings WHERE uuid = $1');
      const [[value]] = (await database.rows(read, [uuid])) as [[number]];
      await database.execute(statement('INSERT INTO visits (token) VALUES ($1)'), [token]);
      // A lost update would show in the sum.
      const write = statement('UPDATE readings SET value = $1 WHERE uuid = $2');
      await database.execute(write, [value + 1, uuid]);
    });
  });
  await Promise.all(works);
  expect(await bench.valueOf(uuid)).toBe(100);
  const visits = await bench.sql<{ token: string }>('SELECT token FROM visits ORDER BY at');
  const tokens = visits.map(({ token }) => BigInt(token));
  expect(tokens.every((token, at) => at === 0 || token > tokens[at - 1]!)).toBe(true);
  expect(tokens).toHaveLength(100);
  for (const client of clients.slice(1)) await client.dataSource.destroy();
});

test('keys unused for a month are deleted by new ones', async () => {
  await bench.sql(`INSERT INTO dual_id.leases (key, token, expires_at)
    SELECT 'old:' || n, -n, now() - interval '31 days' FROM generate_series(1, 5) AS n`);
  for (let round = 0; round < 3; round += 1) await bench.locks.withLease(key(), ttl, nothing);
  expect(await bench.sql(`SELECT * FROM dual_id.leases WHERE key LIKE 'old:%'`)).toEqual([]);
});
