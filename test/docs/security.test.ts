import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from '../package/manifest.js';

const page = readFileSync(join(root, 'docs/security.md'), 'utf8');
const risks = page.split('\n').filter((line) => /^\| API\d/.test(line));

test('every risk of the OWASP API Security Top 10 has tests that exist', () => {
  expect(risks.map((line) => Number(/^\| API(\d+)/.exec(line)![1]))).toEqual(
    Array.from({ length: 10 }, (_, place) => place + 1),
  );
  for (const line of risks) {
    const named = [...line.matchAll(/`(test\/[\w./-]+\.test\.ts)`/g)].map(([, path]) => path!);
    expect(named).not.toEqual([]);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  }
});
