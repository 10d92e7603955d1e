import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { lintRules, lintText } from 'nest-dual-id/migration-lint';
import { limited } from './fixtures/fixture.js';
import { migrationText } from './fixtures/fixtures.js';

const page = readFileSync(new URL('../../../../docs/migration-lint.md', import.meta.url), 'utf8');

test('the page lists exactly the rules, with why', () => {
  const documented = [...page.matchAll(/^\| `([a-z]+-[a-z-]+|[a-z]+)` +\| ([A-Z].*?) +\|$/gm)].map(
    ([, name, why]) => `${name}: ${why}`,
  );
  expect(documented).toEqual(lintRules.map(({ name, why }) => `${name}: ${why}`));
});

test('the page shows a finding as it is', () => {
  const up = limited('ALTER TABLE orders ALTER COLUMN note SET NOT NULL');
  const [finding] = lintText('change.ts', migrationText(up)).findings;
  const lines = [finding!.why, ...finding!.safeForm.split('\n').map((line) => `  ${line}`)];
  expect(page).toContain(lines.map((line) => `  ${line}`).join('\n'));
});
