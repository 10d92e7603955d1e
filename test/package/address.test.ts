import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readManifest, root } from './manifest.js';

const { homepage, repository, bugs, name } = readManifest();
/** Where the repository is; everything else follows from it. */
const address = homepage.replace(/#readme$/, '');

describe('the address of the repository', () => {
  test('is one for the homepage, the repository and the bugs', () => {
    expect({ homepage, repository, bugs }).toEqual({
      homepage: `${address}#readme`,
      repository: { type: 'git', url: `git+${address}.git` },
      bugs: { url: `${address}/issues` },
    });
    expect(address).toMatch(new RegExp(`^https://[^/]+/[^/]+/${name}$`));
  });

  test('is the one that pages link to', () => {
    const names = readdirSync(join(root, 'docs')).filter((page) => page.endsWith('.md'));
    const pages = ['README.md', 'CHANGELOG.md', ...names.map((page) => `docs/${page}`)];
    const texts = pages.map((page) => readFileSync(join(root, page), 'utf8'));
    const links = texts.flatMap((text) => text.match(/https:\/\/[^\s)]+\/nest-dual-id\b/g) ?? []);
    expect(links.filter((link) => link !== address)).toEqual([]);
  });
});
