import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { jittered } from '../../../src/core/pause/jittered.js';

test('a jittered pause is half as long as it was at least, as long at most, and random between', () => {
  const pauses = Array.from({ length: 1_000 }, () => jittered(100));
  for (const pause of pauses) {
    expect(pause).toBeGreaterThanOrEqual(50);
    expect(pause).toBeLessThanOrEqual(100);
  }
  expect(new Set(pauses).size).toBeGreaterThan(900);
  expect(Math.max(...pauses) - Math.min(...pauses)).toBeGreaterThan(25);
});

test('pauses are made random in one place', () => {
  const src = fileURLToPath(new URL('../../../../src', import.meta.url));
  const files = readdirSync(src, { recursive: true }).map(String);
  const random = files
    .filter((name) => name.endsWith('.ts') && !name.startsWith(join('features', 'testing')))
    .filter((name) => readFileSync(join(src, name), 'utf8').includes('Math.random'));
  expect(random).toEqual([join('core', 'pause', 'jittered.ts')]);
});
