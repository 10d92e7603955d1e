import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../package/manifest.js';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Variables of the environment that sources read: `process.env['PORT']`, `{ PORT: port } = env`. */
function variablesRead(): string[] {
  const sources = readdirSync(join(root, 'src'), { recursive: true }).map(String);
  const text = sources
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(join('src', name)).replaceAll(/^\s*(?:\/?\*|\/\/).*$/gm, ''))
    .join('\n');
  const names = [...text.matchAll(/\benv(?:ironment)?(?:\.|\[')([A-Z][A-Z_]+)/g)].map(
    ([, name]) => name!,
  );
  return [...new Set(names)].toSorted();
}

test('the documented variables of the environment are those that are read, both ways', () => {
  const rows = read('docs/operating.md').matchAll(/^\| `([A-Z][A-Z_]+)` +\|/gm);
  const documented = [...rows].map(([, name]) => name!);
  expect(read('docs/testing.md')).toContain('`TEST_SERVER_URL`');
  expect([...documented, 'TEST_SERVER_URL'].toSorted()).toEqual(variablesRead());
});
