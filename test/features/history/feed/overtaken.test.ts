import { expect, test } from '@jest/globals';
import type { BatchRow } from '../../../../src/features/history/feed/feed-statements.js';
import { Overtaken } from '../../../../src/features/history/feed/overtaken.js';

const row = (record: number, change: number): BatchRow => {
  const at = new Date();
  return ['U', '1', String(change), 1, String(record), null, null, null, at, null, null];
};

test('a change below the newest one of its record is overtaken, any other is not', () => {
  const overtaken = new Overtaken('0');
  expect(overtaken.see(row(1, 10), '0')).toBe(false);
  expect(overtaken.see(row(1, 9), '10')).toBe(true);
  expect(overtaken.see(row(2, 9), '10')).toBe(false);
  expect(overtaken.see(row(1, 11), '10')).toBe(false);
});

test('what was handed out before a restart is asked of the log', () => {
  const overtaken = new Overtaken('10');
  expect(overtaken.see(row(1, 9), '10')).toBeUndefined();
  expect(overtaken.see(row(1, 11), '10')).toBe(false);
});

test('records that were forgotten are asked of the log, and memory stays bounded', () => {
  const overtaken = new Overtaken('0');
  overtaken.see(row(1, 7), '0');
  for (let change = 8; change < 30_000; change++)
    overtaken.see(row(change, change), String(change - 1));
  expect(overtaken.see(row(1, 5), '29999')).toBeUndefined();
  expect(overtaken.see(row(29_990, 25_000), '29999')).toBe(true);
  expect(overtaken.see(row(1, 25_000), '29999')).toBe(false);
});
