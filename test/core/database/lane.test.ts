import { describe, expect, test } from '@jest/globals';
import type { Caller } from '../../../src/core/database/caller.js';
import type { LaneBounds, LeaveLane } from '../../../src/core/database/lane.js';
import { Lane } from '../../../src/core/database/lane.js';
import { laneSizes } from '../../../src/core/data-source/lanes.js';

const bounds: LaneBounds = { size: 2, sizePerKey: 1, maxWaiting: 3, maxWait: 0 };
const overloaded = { code: 'overloaded', status: 503, details: { retryAfter: 1 } };
const enter = (lane: Lane, key?: string, caller?: Caller) =>
  Promise.resolve(lane.enter(key, caller));
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Enters and records when it is admitted. */
function noting(lane: Lane, name: string, admitted: string[], key?: string): Promise<LeaveLane> {
  const entered = enter(lane, key);
  entered.then(
    () => admitted.push(name),
    () => undefined,
  );
  return entered;
}

describe('a lane', () => {
  test('admits as many at once as it has places, the others in order of arrival', async () => {
    const lane = new Lane(bounds);
    const admitted: string[] = [];
    const entered = ['a', 'b', 'c', 'd'].map((name) => noting(lane, name, admitted));
    await turn();
    expect(admitted).toEqual(['a', 'b']);
    expect([lane.running, lane.waiting]).toEqual([2, 2]);
    (await entered[1]!)();
    await turn();
    expect(admitted).toEqual(['a', 'b', 'c']);
    (await entered[0]!)();
    await turn();
    expect(admitted).toEqual(['a', 'b', 'c', 'd']);
  });

  test('lets others pass those that wait for the same rows', async () => {
    const lane = new Lane(bounds);
    const admitted: string[] = [];
    const first = noting(lane, 'row 1', admitted, 'row');
    void noting(lane, 'row 2', admitted, 'row');
    void noting(lane, 'other', admitted, 'other');
    await turn();
    expect(admitted).toEqual(['row 1', 'other']);
    (await first)();
    await turn();
    expect(admitted).toEqual(['row 1', 'other', 'row 2']);
  });

  test('refuses callers at once when its queue is full', async () => {
    const lane = new Lane(bounds);
    for (const _ of [1, 2, 3, 4, 5]) void enter(lane);
    expect(() => lane.enter(undefined, undefined)).toThrow(expect.objectContaining(overloaded));
    expect([lane.waiting, lane.waited, lane.refused]).toEqual([3, 3, 1]);
  });

  test('refuses callers that waited too long, and keeps the place for the next', async () => {
    const lane = new Lane({ ...bounds, size: 1, maxWait: 20 });
    const leave = await enter(lane);
    await expect(enter(lane)).rejects.toMatchObject(overloaded);
    expect(lane.waiting).toBe(0);
    const next = enter(lane);
    leave();
    await next;
    expect(lane.running).toBe(1);
  });

  test('forgets callers that left while waiting', async () => {
    const lane = new Lane({ ...bounds, size: 1 });
    const leave = await enter(lane);
    let go!: () => void;
    const caller: Caller = {
      onGone: (callback) => {
        go = callback;
        return () => undefined;
      },
      noteWrite: () => undefined,
      hasWritten: false,
    };
    const gone = enter(lane, undefined, caller);
    const waiting = enter(lane);
    go();
    await expect(gone).rejects.toMatchObject({ code: 'unavailable' });
    leave();
    await waiting;
    expect([lane.running, lane.waiting]).toEqual([1, 0]);
  });

  test('forgets the keys of those that have left', async () => {
    const lane = new Lane(bounds);
    for (const _ of [1, 2, 3]) (await enter(lane, 'row'))();
    const [one, other] = [await enter(lane, 'row'), await enter(lane, 'other')];
    expect(lane.running).toBe(2);
    one();
    other();
    expect(lane.running).toBe(0);
  });
});

describe('the lanes of a pool', () => {
  test.each([5, 8, 10, 20, 50])('of %i connections leave some to reads', (connections) => {
    const { read, write, search, background } = laneSizes(connections);
    expect(write + search + background).toBeLessThan(connections);
    expect(read).toBeLessThan(connections);
  });

  test.each([1, 2, 3, 4])('of %i connections have a place for every use', (connections) => {
    for (const size of Object.values(laneSizes(connections))) {
      expect(size).toBeGreaterThanOrEqual(1);
      expect(size).toBeLessThanOrEqual(connections);
    }
  });

  test('are the configured ones', () => {
    expect(laneSizes(10, { search: 7 })).toEqual({ read: 8, write: 5, search: 7, background: 1 });
  });
});
