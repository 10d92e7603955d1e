import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../package/manifest.js';
import { referencePages } from './api-reference.js';

/** `npm run docs:api`: writes the API reference again. */
const pages = await referencePages();
rmSync(join(root, 'docs/api'), { recursive: true, force: true });
for (const { path, text } of pages) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
