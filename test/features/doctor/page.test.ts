import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { checks } from 'nest-dual-id/doctor';

const page = readFileSync(new URL('../../../../docs/doctor.md', import.meta.url), 'utf8');

// Options, which also have tables on the page, are written without underscores.
test('the page lists exactly the codes of the doctor, with what they find', () => {
  const documented = [...page.matchAll(/^\| `([a-z]+_\w+)` +\| (.*?) +\|/gm)].map(
    ([, code, finds]) => `${code}: ${finds}`,
  );
  expect(documented).toEqual(checks.map(({ code, finds }) => `${code}: ${finds}`));
});
