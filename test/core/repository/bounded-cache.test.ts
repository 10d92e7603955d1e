import { afterEach, describe, expect, test } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setTimeout as sleep } from 'node:timers/promises';
import { BoundedCache } from '../../../src/core/cache/bounded-cache.js';

const honest = Date.now;
afterEach(() => {
  Date.now = honest;
});

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

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

  test('drops an entry earlier that ends earlier than the others', () => {
    const cache = new BoundedCache<number>(10, hour);
    cache.set('a', 1, performance.now() - 1);
    cache.set('b', 2, performance.now() + hour);
    expect(['a', 'b'].map((key) => cache.get(key))).toEqual([undefined, 2]);
  });

  test('leaves nothing in memory whose time is over, even if nobody asks for it', async () => {
    const cache = new BoundedCache<object>(10, 20);
    const kept = new WeakRef({});
    cache.set('a', kept.deref()!);
    await sleep(10);
    collect();
    expect(kept.deref()).toBeDefined();
    await sleep(60);
    collect();
    expect(kept.deref()).toBeUndefined();
    cache.set('b', {});
    expect(cache.get('b')).toBeDefined();
  });
});
