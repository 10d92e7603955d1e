import { afterEach, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { BoundedCache } from '../../../src/core/cache/bounded-cache.js';

const honest = Date.now;
afterEach(() => {
  Date.now = honest;
});

const hour = 3_600_000;

describe('a cache', () => {
  test('keeps young entries and drops old ones, whatever the wall clock shows', async () => {
    const cache = new BoundedCache<number>(10, hour);
    const short = new BoundedCache<number>(10, 20);
    cache.set('a', 1);
    short.set('a', 1);
    Date.now = () => honest() + 24 * hour;
    expect(cache.get('a')).toBe(1);
    Date.now = () => honest() - 24 * hour;
    await sleep(40);
    expect(cache.get('a')).toBe(1);
    expect(short.get('a')).toBeUndefined();
  });

  test('drops the oldest when full', () => {
    const cache = new BoundedCache<number>(2, hour);
    for (const [value, key] of ['a', 'b', 'a', 'c'].entries()) cache.set(key, value);
    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([2, undefined, 3]);
  });
});
