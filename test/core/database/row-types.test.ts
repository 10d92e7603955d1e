import { describe, expect, test } from '@jest/globals';
import { types } from 'pg';
import type { CustomTypesConfig } from 'pg';
import { rowTypes } from '../../../src/core/database/row-types.js';

const oid: number = types.builtins.TIMESTAMPTZ;
const own = types.getTypeParser(oid) as (text: string) => unknown;
const read = (text: string, driver?: CustomTypesConfig) =>
  (rowTypes(driver).getTypeParser(oid) as typeof own)(text);
const setBy = (parser: typeof own) =>
  ({ getTypeParser: () => parser }) as unknown as CustomTypesConfig;

describe('an instant', () => {
  test.each([
    '2026-01-31 23:59:59+00',
    '2024-02-29 00:00:00.1+00',
    '1969-12-31 23:59:59.0004+00',
    '2026-01-31 23:59:59.999999+00',
    '2026-01-31 23:59:59.12+05:30',
    '2026-01-31 23:59:59-03',
    '12026-01-31 23:59:59.5+00',
    '0099-01-31 23:59:59+00',
    '0044-03-15 12:00:00+00 BC',
    'infinity',
    '-infinity',
  ])('is read as the driver reads it: %s', (text) => {
    expect(own(text)).not.toBeNull();
    expect(read(text)).toEqual(own(text));
  });

  test('is read as the driver reads it to every millisecond', () => {
    for (let at = 0; at < 1000; at += 1) {
      const text = `2026-01-31 23:59:59.${String(at).padStart(3, '0')}+00`;
      expect(read(text)).toEqual(own(text));
    }
  });
});

test('a parser set by the application is kept', () => {
  const text = '2026-01-31 23:59:59.5+00';
  expect(
    read(
      text,
      setBy((value) => `at ${value}`),
    ),
  ).toBe(`at ${text}`);
  expect(
    read(
      text,
      setBy((value) => (own(value) as Date).getTime()),
    ),
  ).toBe(1769903999500);
  const later = setBy((value) => new Date((own(value) as Date).getTime() + 1));
  expect(read(text, later)).toEqual(new Date(1769903999501));
});

test('values of other types are read by the driver', () => {
  for (const name of ['INT4', 'BOOL', 'DATE', 'TIMESTAMP', 'NUMERIC', 'INT8'] as const) {
    const other = types.builtins[name];
    expect(rowTypes().getTypeParser(other)).toBe(types.getTypeParser(other));
  }
});
