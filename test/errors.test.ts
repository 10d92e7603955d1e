import { describe, expect, test } from '@jest/globals';
import type { ErrorCode } from 'nest-dual-id';
import { errorCodes, problem } from 'nest-dual-id';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { clientError } from '../src/core/errors/client-error.js';
import { shopErrorCodes } from '../src/shop/shop-errors.js';

const page = readFileSync(fileURLToPath(new URL('../../docs/errors.md', import.meta.url)), 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` +\| (\d{3}) +\| (.+?) +\| (.+?) +\|$/gm)];
const documented = new Map(
  rows.map(([, code, status, title, next]) => [code!, { status: Number(status), title, next }]),
);
const defined = new Map(Object.entries({ ...errorCodes, ...shopErrorCodes }));

describe('the table of error codes', () => {
  test('is documented as it is defined, and the other way round', () => {
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(defined));
  });

  test('names the codes that a client sees as internal, and no others', () => {
    const line = /^Problems that only developers.*$/m.exec(page)![0];
    const named = [...line.matchAll(/`(\w+)`/g)].map(([, code]) => code!);
    const internal = Object.keys(errorCodes).filter(
      (code) => clientError(problem(code as ErrorCode)).code === 'internal',
    );
    const texts = ['detail', 'errors'];
    expect(named.filter((code) => !texts.includes(code)).toSorted()).toEqual(internal.toSorted());
  });

  test('gives every code a sentence with the next step', () => {
    for (const { next, title } of defined.values()) {
      expect(next).toMatch(/^[A-Z].*\.$/);
      expect(title).not.toMatch(/\.$/);
    }
  });
});
