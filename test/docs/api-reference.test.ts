import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { root } from '../package/manifest.js';
import { referencePages } from './api-reference.js';
import { Declarations } from './declarations.js';

const committed = (path: string) =>
  existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '';

describe('the API reference', () => {
  test('is what `npm run docs:api` writes from the code', async () => {
    const pages = await referencePages();
    const stale = pages.filter(({ path, text }) => committed(path) !== text);
    expect(stale.map(({ path }) => path)).toEqual([]);
    const files = readdirSync(join(root, 'docs/api')).map((name) => `docs/api/${name}`);
    expect(files.toSorted()).toEqual(pages.map(({ path }) => path).toSorted());
  });

  test('has a sentence for every name that a door lets out', () => {
    const mute = new Declarations()
      .doors()
      .flatMap(({ door, names }) =>
        names
          .filter(({ sentence }) => !/^[A-Z`'].*[.?]$/s.test(sentence.trim()))
          .map(({ name, sentence }) => `${door} ${name}: ${sentence}`),
      );
    expect(mute).toEqual([]);
  });
});
