import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PublicId } from 'nest-dual-id';
import { Reading } from '../../support/guarded-entities.js';
import type { LocksBench } from './bench.js';
import { locksBench, ReadingView } from './bench.js';
import { HolderProcess } from './holder-process.js';

let bench: LocksBench;
let uuid: PublicId<Reading>;
beforeAll(async () => {
  bench = await locksBench();
});
beforeEach(async () => {
  uuid = await bench.reading();
});
afterAll(() => bench.stop());

const ttl = 1000;
const hold = (clockSkew = 0) => new HolderProcess({ url: bench.url, uuid, ttl, clockSkew });
const takeOver = (value: number) =>
  bench.locks.withLease(`reading:${uuid}`, ttl, async ({ token }) => {
    await bench.repositories.of(Reading).update(ReadingView, uuid, { value });
    return BigInt(token);
  });

describe('a process that holds a lease', () => {
  test('and was suspended beyond its ttl writes nothing when it resumes', async () => {
    const holder = hold();
    const { token } = await holder.next();
    holder.order(1);
    expect(await holder.next()).toEqual({ write: 'written', aborted: false });
    holder.signal('SIGSTOP');
    expect(await takeOver(2)).toBeGreaterThan(BigInt(token as string));
    holder.order(3);
    holder.order('end');
    holder.signal('SIGCONT');
    expect(await holder.next()).toMatchObject({ write: 'lease_lost' });
    expect(await holder.next()).toEqual({ ended: 'lease_lost' });
    expect(await bench.valueOf(uuid)).toBe(2);
    await holder.exit;
  });

  test('and was suspended beyond its ttl writes nothing even if the lease was not taken', async () => {
    const holder = hold();
    await holder.next();
    holder.signal('SIGSTOP');
    await sleep(ttl + 200);
    holder.order(3);
    holder.order('end');
    holder.signal('SIGCONT');
    expect(await holder.next()).toMatchObject({ write: 'lease_lost' });
    expect(await bench.valueOf(uuid)).toBe(0);
    await holder.exit;
  });

  test('and is killed with -9 holds it no longer than its ttl', async () => {
    const holder = hold();
    const { token } = await holder.next();
    holder.signal('SIGKILL');
    await holder.exit;
    expect(await takeOver(2)).toBeGreaterThan(BigInt(token as string));
  });

  test.each([-86_400_000, 86_400_000])('may have a clock that is %d ms off', async (skew) => {
    const holder = hold(skew);
    await holder.next();
    await sleep(ttl * 1.5);
    const early = bench.locks.withLease(`reading:${uuid}`, ttl, async () => undefined, {
      mode: 'no-wait',
    });
    await expect(early).rejects.toMatchObject({ code: 'locked' });
    holder.order(1);
    holder.order('end');
    expect(await holder.next()).toEqual({ write: 'written', aborted: false });
    expect(await holder.next()).toEqual({ ended: 'well' });
    await holder.exit;
  });
});
