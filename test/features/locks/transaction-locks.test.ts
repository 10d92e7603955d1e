import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AsyncResource } from 'node:async_hooks';
import { newPublicId, Passport, statement } from 'nest-dual-id';
import type { LockOptions } from 'nest-dual-id/locks';
import { Country, Document, Invoice, Reading, Role } from '../../support/guarded-entities.js';
import type { LocksBench } from './bench.js';
import { locksBench } from './bench.js';

let bench: LocksBench;
let reading: Awaited<ReturnType<LocksBench['reading']>>;
let other: typeof reading;
beforeAll(async () => {
  bench = await locksBench();
  [reading, other] = [await bench.reading(), await bench.reading()];
});
afterAll(() => bench.stop());

const lock = <T>(uuid: typeof reading, work: () => Promise<T>, options?: LockOptions) =>
  bench.locks.withTransactionLock([{ entity: Reading, uuid }], work, options);

/** Locks a reading until it is released. */
async function holding(uuid: typeof reading): Promise<() => Promise<void>> {
  let letGo = () => {};
  const end = new Promise<void>((resolve) => (letGo = resolve));
  let begin = () => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const work = lock(uuid, () => {
    begin();
    return end;
  });
  // A lost connection ends the work before its result is awaited.
  work.catch(() => undefined);
  await begun;
  return () => {
    letGo();
    return work;
  };
}

/** Runs as another request would: outside of every transaction. */
const outside = new AsyncResource('outside');
const nothing = async () => undefined;
const locked = { code: 'locked', status: 409, details: { retryAfter: 1 } };

describe('a transaction lock', () => {
  test('runs its work in the transaction that holds it, which rolls it back on failure', async () => {
    const failing = lock(reading, async () => {
      expect(bench.database.inTransaction).toBe(true);
      await bench.database.execute(
        statement(`INSERT INTO countries (slug, name) VALUES ('x', '')`),
      );
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await bench.sql('SELECT * FROM countries')).toEqual([]);
    expect(await lock(reading, async () => 'again')).toBe('again');
  });

  test('makes others wait for its end, and allows rows to refer to what it locks', async () => {
    const [row] = await bench.sql<{ uuid: string }>(
      `INSERT INTO customers (first_name) VALUES ('a') RETURNING external_user_id AS uuid`,
    );
    const order: string[] = [];
    const letGo = await holding(reading);
    const waiting = lock(reading, async () => void order.push('second'));
    await untilOneWaits();
    order.push('first');
    await letGo();
    await waiting;
    expect(order).toEqual(['first', 'second']);
    const target = { entity: Passport, uuid: row!.uuid as never };
    await bench.locks.withTransactionLock([target], async () => {
      await bench.sql(`INSERT INTO billing.invoices (number, customer_id)
        SELECT '1', user_id FROM customers`);
    });
    expect(await bench.repositories.of(Invoice).exists(newPublicId(4) as never)).toBe(false);
  });

  test('without waiting fails immediately with a typed error, and leaves an outer transaction usable', async () => {
    const letGo = await holding(reading);
    await expect(lock(reading, nothing, { mode: 'no-wait' })).rejects.toMatchObject(locked);
    const survived = await bench.database.transaction(async () => {
      await expect(lock(reading, nothing, { mode: 'no-wait' })).rejects.toMatchObject(locked);
      return (await bench.database.rows(statement('SELECT 1')))[0]![0];
    });
    expect(survived).toBe(1);
    await letGo();
  });

  test('waits no longer than its timeout, which does not apply to the work', async () => {
    const letGo = await holding(reading);
    await expect(lock(reading, nothing, { timeout: 50 })).rejects.toMatchObject(locked);
    await letGo();
    const show = statement('SHOW lock_timeout');
    const seen = await bench.database.transaction(async () => {
      await bench.database.execute(statement(`SET LOCAL lock_timeout = '7s'`));
      const inside = await lock(reading, () => bench.database.rows(show), { timeout: 50 });
      return [...inside[0]!, ...(await bench.database.rows(show))[0]!];
    });
    expect(seen).toEqual(['7s', '7s']);
    expect((await bench.sql('SHOW lock_timeout'))[0]).toEqual({ lock_timeout: '4s' });
  });

  test('that skips locked rows passes the work those it got', async () => {
    const letGo = await holding(reading);
    const both = [
      { entity: Reading, uuid: other },
      { entity: Reading, uuid: reading },
    ] as const;
    const got = await bench.locks.withTransactionLock(both, async (held) => held, {
      mode: 'skip-locked',
    });
    expect(got.map(({ uuid }) => uuid)).toEqual([other]);
    await letGo();
    const all = await bench.locks.withTransactionLock(both, async (held) => held);
    expect(all.map(({ uuid }) => uuid)).toEqual([other, reading]);
    const unknown = { entity: Reading, uuid: newPublicId<Reading>(4) };
    const missing = bench.locks.withTransactionLock([unknown], nothing, { mode: 'skip-locked' });
    await expect(missing).rejects.toMatchObject({ code: 'not_found' });
  });

  test('of a passport keeps others out in every mode, though the role may not write it', async () => {
    const target = { entity: Passport, uuid: reading as never };
    const passport = (options: LockOptions) =>
      bench.locks.withTransactionLock([target], async (held) => held, options);
    const meanwhile = () =>
      outside.runInAsyncScope(async () => {
        for (const options of [{ mode: 'no-wait' }, { timeout: 50 }] as const) {
          await expect(passport(options)).rejects.toMatchObject(locked);
        }
        expect(await passport({ mode: 'skip-locked' })).toEqual([]);
      });
    await bench.locks.withTransactionLock([target], meanwhile);
    for (const mode of ['wait', 'no-wait', 'skip-locked'] as const) {
      expect(await passport({ mode })).toEqual([target]);
    }
    const unknown = { entity: Passport, uuid: newPublicId(4) as never };
    const missing = bench.locks.withTransactionLock([unknown], nothing);
    await expect(missing).rejects.toMatchObject({ code: 'not_found' });
  });

  test('refuses an invalid timeout', async () => {
    for (const timeout of [0, -1, 1.5, Number.NaN, 2 ** 31]) {
      await expect(lock(reading, nothing, { timeout })).rejects.toMatchObject({
        code: 'misuse',
      });
    }
  });

  test('ends with the connection of its holder', async () => {
    const letGo = await holding(reading);
    await bench.sql(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE datname = current_database() AND state = 'idle in transaction'`);
    expect(await lock(reading, async () => 'free', { timeout: 5000 })).toBe('free');
    await expect(letGo()).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('a missing entity', () => {
  test('is not found, deleted ones are gone, and nothing runs', async () => {
    let hasRun = false;
    const attempt = (entity: any, uuid: unknown) =>
      bench.locks.withTransactionLock(
        [
          { entity: Reading, uuid: reading },
          { entity, uuid: uuid as never },
        ],
        async () => void (hasRun = true),
      );
    for (const uuid of [newPublicId(4), 'no uuid', '', '7']) {
      await expect(attempt(Reading, uuid)).rejects.toMatchObject({ code: 'not_found' });
    }
    await expect(attempt(Country, 'nowhere')).rejects.toMatchObject({ code: 'not_found' });
    const [gone] = await bench.sql(
      `INSERT INTO documents (title, deleted_at) VALUES ('a', now()) RETURNING uuid`,
    );
    await expect(attempt(Document, gone!['uuid'])).rejects.toMatchObject({ code: 'gone' });
    expect(hasRun).toBe(false);
  });

  test('is one that was deleted while the lock was waited for', async () => {
    const doomed = newPublicId<Document>(4);
    await bench.sql(`INSERT INTO documents (uuid, title) VALUES ($1, 'a')`, [doomed]);
    let waiting: Promise<unknown> = Promise.resolve();
    await bench.database.transaction(async (manager) => {
      await manager.query('UPDATE documents SET deleted_at = now() WHERE uuid = $1', [doomed]);
      waiting = outside.runInAsyncScope(() =>
        bench.locks.withTransactionLock([{ entity: Document, uuid: doomed }], nothing),
      );
      void waiting.catch(() => undefined);
      await untilOneWaits();
    });
    await expect(waiting).rejects.toMatchObject({ code: 'gone' });
  });
});

test('guid entities, lookup data and passports are locked alike, even if named twice', async () => {
  const role = newPublicId<Role>(7);
  await bench.sql(`INSERT INTO roles (uuid, name) VALUES ($1, 'a')`, [role]);
  await bench.sql(`INSERT INTO countries (slug, name) VALUES ('italy', 'Italy')`);
  const targets = [
    { entity: Role, uuid: role },
    { entity: Country, uuid: 'italy' },
    { entity: Passport, uuid: reading as never },
    { entity: Reading, uuid: reading },
    { entity: Reading, uuid: reading.toUpperCase() as typeof reading },
  ] as const;
  await bench.locks.withTransactionLock(targets, async (held) => {
    expect(held).toHaveLength(5);
    for (const row of ['roles', 'countries', 'readings', 'dual_id.passports']) {
      const grab = bench.sql(`SELECT FROM ${row} FOR UPDATE NOWAIT`);
      await expect(grab).rejects.toMatchObject({ code: '55P03' });
    }
  });
  expect(await bench.locks.withTransactionLock([], async (held) => held)).toEqual([]);
});

test('locks of the same two entities in different orders never deadlock', async () => {
  const orders = [
    [reading, other],
    [other, reading],
  ];
  const works = Array.from({ length: 60 }, (_, at) =>
    bench.locks.withTransactionLock(
      orders[at % 2]!.map((uuid) => ({ entity: Reading, uuid })),
      () => bench.database.rows(statement('SELECT pg_sleep(0.002)')),
    ),
  );
  expect((await Promise.allSettled(works)).filter(({ status }) => status !== 'fulfilled')).toEqual(
    [],
  );
});

async function untilOneWaits(): Promise<void> {
  for (let look = 0; look < 200; look += 1) {
    const waiting = await bench.sql('SELECT 1 FROM pg_locks WHERE NOT granted');
    if (waiting.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('Nobody waits.');
}
