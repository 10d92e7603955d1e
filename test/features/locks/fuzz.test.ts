import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { LocksBench } from './bench.js';
import { locksBench } from './bench.js';
import { fuzzLocks } from './fuzz.js';

let bench: LocksBench;
beforeAll(async () => {
  bench = await locksBench(20);
});
afterAll(() => bench.stop());

test('random locks of many rows neither deadlock nor lose a change', async () => {
  const { committed, codes, visits } = await fuzzLocks(bench, { workers: 20, rounds: 15 });
  expect([...codes].filter((code) => !['locked', 'given_up'].includes(code))).toEqual([]);
  expect(committed).toBeGreaterThan(100);
  for (const [counted, stored] of visits) expect(stored).toBe(counted);
});
