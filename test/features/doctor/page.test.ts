import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { checks } from 'nest-dual-id/doctor';

const page = readFileSync(new URL('../../../../docs/doctor.md', import.meta.url), 'utf8');

// Options, which the page has tables of too, are written without underscores.
test('the page has every code of the doctor, and no other, in what it finds', () => {
  const documented = [...page.matchAll(/^\| `([a-z]+_\w+)` +\| (.*?) +\|/gm)].map(
    ([, code, finds]) => `${code}: ${finds}`,
  );
  expect(documented).toEqual(checks.map(({ code, finds }) => `${code}: ${finds}`));
});
