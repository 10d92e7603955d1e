import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { newPublicId } from 'nest-dual-id';
import type { PublicId } from 'nest-dual-id';
import { LeaseRows } from '../../../src/features/locks/lease-rows.js';
import type { Reading } from '../../support/guarded-entities.js';
import { Reading as ReadingEntity } from '../../support/guarded-entities.js';
import type { LocksBench } from './bench.js';
import { locksBench, ReadingView } from './bench.js';

let bench: LocksBench;
let rows: LeaseRows;
let uuid: PublicId<Reading>;
let job: string;
beforeAll(async () => {
  bench = await locksBench();
  rows = new LeaseRows(bench.database);
});
beforeEach(async () => {
  uuid = await bench.reading();
  job = `job:${newPublicId(4)}`;
});
afterAll(() => bench.stop());

const nothing = async () => undefined;
const lost = { code: 'lease_lost' };
const change = (value: number) =>
  bench.repositories.of(ReadingEntity).update(ReadingView, uuid, { value });

/** To a lease, a change of the server's clock looks as if its times had moved the other way. */
const setClock = (by: string) =>
  bench.sql(
    `UPDATE dual_id.leases SET expires_at = expires_at - $2::interval,
       granted_at = granted_at - $2::interval WHERE key = $1`,
    [job, by],
  );

describe('a clock that is set back by an hour', () => {
  test('leaves the lease of a dead holder for no longer than the ttl', async () => {
    await rows.take(job, 1000);
    await setClock('-1 hour');
    await bench.locks.withLease(job, 1000, nothing, { timeout: 20_000 });
  });

  test('leaves a living holder its lease, to renew and to write under', async () => {
    await bench.locks.withLease(job, 1200, async ({ signal }) => {
      await setClock('-1 hour');
      const other = bench.locks.withLease(job, 1200, nothing, { timeout: 4000 });
      await expect(other).rejects.toMatchObject({ code: 'locked' });
      expect(signal.aborted).toBe(false);
      await change(1);
    });
    expect(await bench.valueOf(uuid)).toBe(1);
  });

  test('never gives a released lease back', async () => {
    let go = () => {};
    const released = new Promise<void>((resolve) => (go = resolve));
    let late: Promise<unknown> | undefined;
    await bench.locks.withLease(job, 10_000, async () => {
      late = released.then(() => change(2));
      void late.catch(() => undefined);
    });
    await setClock('-1 hour');
    go();
    await expect(late).rejects.toMatchObject(lost);
    await bench.locks.withLease(job, 10_000, nothing, { mode: 'no-wait' });
  });

  test('refuses a writer whose lease another has taken since', async () => {
    let stale: () => Promise<unknown> = nothing;
    const overtaken = bench.locks.withLease(job, 10_000, async () => {
      await setClock('1 hour');
      await rows.take(job, 10_000);
      await setClock('-1 hour');
      stale = () => change(3);
      await expect(stale()).rejects.toMatchObject(lost);
    });
    await expect(overtaken).rejects.toMatchObject(lost);
  });
});

describe('a clock that is set forward by an hour', () => {
  test('ends a lease, whose holder notices at its next renewal and cannot write', async () => {
    const overtaken = bench.locks.withLease(job, 900, async ({ signal }) => {
      await setClock('1 hour');
      await bench.locks.withLease(job, 900, nothing, { mode: 'no-wait' });
      await expect(change(4)).rejects.toMatchObject(lost);
      while (!signal.aborted) await sleep(20);
    });
    await expect(overtaken).rejects.toMatchObject(lost);
    expect(await bench.valueOf(uuid)).toBe(0);
  });
});
