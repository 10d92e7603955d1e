import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { PublicId } from 'nest-dual-id';
import { newPublicId, statement } from 'nest-dual-id';
import { addFencing, installLocks, removeFencing, uninstallLocks } from 'nest-dual-id/locks';
import type { Lease } from 'nest-dual-id/locks';
import { Reading } from '../../support/guarded-entities.js';
import { schemaSnapshot } from '../../support/schema-snapshot.js';
import { queryOutside } from '../../support/outside.js';
import type { LocksBench } from './bench.js';
import { locksBench, ReadingView } from './bench.js';

let bench: LocksBench;
let uuid: PublicId<Reading>;
let job: string;
beforeAll(async () => {
  bench = await locksBench();
});
beforeEach(async () => {
  uuid = await bench.reading();
  job = `reading:${uuid}`;
});
afterAll(() => bench.stop());

const ttl = 10_000;
const change = (value: number) =>
  bench.repositories.of(Reading).update(ReadingView, uuid, { value });
const expire = () =>
  bench.sql('UPDATE dual_id.leases SET expires_at = now() WHERE key = $1', [job]);
const tokenOfRow = async () =>
  (
    await bench.sql<{ t: string }>('SELECT lease_token AS t FROM readings WHERE uuid = $1', [uuid])
  )[0]!.t;
const lost = { code: 'lease_lost', status: 409 };
const stale = { code: 'DI409' };
const tokenless = { code: 'DI500' };

/** The lease of an earlier holder, taken by another after it had expired. */
async function staleLease(): Promise<Lease> {
  let stale: Lease | undefined;
  const earlier = bench.locks.withLease(job, ttl, async (lease) => {
    stale = lease;
    await expire();
  });
  await earlier.catch(() => undefined);
  return stale!;
}

describe('a write under a lease', () => {
  test('carries its token, through repositories, statements and transactions', async () => {
    await bench.locks.withLease(job, ttl, async ({ token }) => {
      await change(1);
      expect(await tokenOfRow()).toBe(token);
      await bench.database.execute(statement('UPDATE readings SET value = 2 WHERE uuid = $1'), [
        uuid,
      ]);
      await bench.database.transaction((manager) =>
        manager.query('UPDATE readings SET value = value + 1 WHERE uuid = $1', [uuid]),
      );
      const made = await bench.repositories.of(Reading).create(ReadingView, { value: 1 });
      const [row] = await bench.sql('SELECT lease_token FROM readings WHERE uuid = $1', [
        made.uuid,
      ]);
      expect(row).toEqual({ lease_token: token });
      await bench.repositories.of(Reading).remove(made.uuid);
    });
    expect(await bench.valueOf(uuid)).toBe(3);
  });

  test('is refused once the lease has expired, taken by another or not', async () => {
    const work = bench.locks.withLease(job, ttl, async () => {
      await expire();
      await expect(change(1)).rejects.toMatchObject(lost);
      await expect(bench.repositories.of(Reading).remove(uuid)).rejects.toMatchObject(lost);
      await expect(
        bench.repositories.of(Reading).create(ReadingView, { value: 1 }),
      ).rejects.toMatchObject(lost);
    });
    await expect(work).rejects.toMatchObject(lost);
    expect(await bench.valueOf(uuid)).toBe(0);
  });

  test('that comes after the end of the work is refused', async () => {
    let late: Promise<unknown> | undefined;
    let go = () => {};
    const released = new Promise<void>((resolve) => (go = resolve));
    await bench.locks.withLease(job, ttl, async () => {
      late = released.then(() => change(1));
      void late.catch(() => undefined);
    });
    go();
    await expect(late).rejects.toMatchObject(lost);
  });

  test('keeps the lease from others until it is committed, and allows it to be renewed', async () => {
    let hasWritten = false;
    let other: Promise<string> | undefined;
    await bench.locks
      .withLease(job, 2000, ({ signal }) =>
        bench.database.transaction(async (manager) => {
          await change(1);
          // Longer than the ttl: renewals pass the lock that the write holds.
          await manager.query('SELECT pg_sleep(3)');
          expect(signal.aborted).toBe(false);
          await expire();
          other = takenByAnother();
          await manager.query('SELECT pg_sleep(0.3)');
          hasWritten = true;
        }),
      )
      .catch((error: unknown) => expect(error).toMatchObject(lost));
    expect(await other).toBe('taken after the commit');
    expect(await bench.valueOf(uuid)).toBe(1);

    async function takenByAnother(): Promise<string> {
      for (;;) {
        const [, taken] = (await queryOutside<unknown>(
          bench.dataSource,
          `UPDATE dual_id.leases SET token = token + 1 WHERE key IN (SELECT key FROM dual_id.leases
             WHERE key = $1 AND expires_at <= clock_timestamp() FOR UPDATE SKIP LOCKED)
           RETURNING token`,
          [job],
        )) as [unknown, number];
        if (taken > 0) return hasWritten ? 'taken after the commit' : 'taken too early';
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  });
});

describe('handwritten SQL', () => {
  test('is refused with an old token, in the column and in the setting', async () => {
    const { token } = await staleLease();
    await bench.locks.withLease(job, ttl, async (current) => {
      expect(BigInt(current.token)).toBeGreaterThan(BigInt(token));
      const byColumn = 'UPDATE readings SET value = 9, lease_token = $1 WHERE uuid = $2';
      await expect(bench.sql(byColumn, [token, uuid])).rejects.toMatchObject(stale);
      await expect(bench.sql(byColumn, ['9007199254740999', uuid])).rejects.toMatchObject(stale);
      const insert = 'INSERT INTO readings (value, lease_token) VALUES (9, $1)';
      await expect(bench.sql(insert, [token])).rejects.toMatchObject(stale);
      for (const text of ['UPDATE readings SET value = 9', 'DELETE FROM readings']) {
        const bySetting = bench.dataSource.transaction(async (manager) => {
          await manager.query(`SELECT set_config('dual_id.lease', $1, true)`, [`${token}:${job}`]);
          await manager.query(`${text} WHERE uuid = $1`, [uuid]);
        });
        await expect(bySetting).rejects.toMatchObject(stale);
      }
      await bench.sql(byColumn, [current.token, uuid]);
    });
    expect(await bench.valueOf(uuid)).toBe(9);
  });

  test("is refused with a valid token lower than the row's", async () => {
    await bench.locks.withLease(`a ${job}`, ttl, async (low) => {
      await bench.locks.withLease(`b ${job}`, ttl, () => change(1));
      const write = 'UPDATE readings SET lease_token = $1 WHERE uuid = $2';
      await expect(bench.sql(write, [low.token, uuid])).rejects.toMatchObject(stale);
    });
  });

  test('is refused without a token, for changes and deletes of a fenced table', async () => {
    for (const text of [
      'UPDATE readings SET value = 9',
      'UPDATE readings SET lease_token = NULL',
      'DELETE FROM readings',
    ]) {
      await expect(bench.sql(text)).rejects.toMatchObject(tokenless);
    }
    await expect(change(1)).rejects.toMatchObject({ code: 'misuse' });
    await bench.sql('INSERT INTO readings (value) VALUES (1)');
  });

  test('is accepted without one if the table allows it, and never removes a token', async () => {
    const note = newPublicId(4);
    await bench.locks.withLease(job, ttl, async ({ token }) => {
      const insert = statement(`INSERT INTO notes (uuid, text) VALUES ($1, 'a')`);
      await bench.database.execute(insert, [note]);
      await bench.sql(`UPDATE notes SET text = 'b', lease_token = NULL WHERE uuid = $1`, [note]);
      expect(await bench.sql('SELECT text, lease_token FROM notes')).toEqual([
        { text: 'b', lease_token: token },
      ]);
    });
    await bench.sql('DELETE FROM notes');
  });
});

test('fences and the table of leases are removed without a trace', async () => {
  const { owner: dataSource } = bench;
  await dataSource.transaction(async ({ queryRunner: runner }) => {
    await removeFencing(runner!, { table: 'readings' });
    await removeFencing(runner!, { table: 'notes' });
    await uninstallLocks(runner!);
  });
  const before = await schemaSnapshot(dataSource);
  await dataSource.transaction(async ({ queryRunner: runner }) => {
    await installLocks(runner!);
    await addFencing(runner!, { table: 'readings' });
    await addFencing(runner!, { table: 'invoices', schema: 'billing' });
    await removeFencing(runner!, { table: 'invoices', schema: 'billing' });
    await removeFencing(runner!, { table: 'readings' });
    await uninstallLocks(runner!);
  });
  expect(await schemaSnapshot(dataSource)).toEqual(before);
});
