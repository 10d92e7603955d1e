import { randomUUID } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { readSecret, sharedSecret, writeSecret } from '../../src/shop/access/secret-file.js';
import { dataFolder } from '../support/shop-process.js';

const folder = dataFolder();
const path = join(folder.path, 'secret');
const many = Array.from({ length: 30 }, () => randomUUID());
afterEach(folder.remove);

test('containers with equal process ids that write one secret leave a whole one', async () => {
  await Promise.all(many.map((secret) => writeSecret(path, secret)));
  expect(many).toContain(await readSecret(path));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder.path)).toEqual(['secret']);
});

test('containers with equal process ids that share a secret all have the same one', async () => {
  const had = await Promise.all(many.map((secret) => sharedSecret(path, () => secret)));
  expect(new Set(had)).toEqual(new Set([await readSecret(path)]));
  expect(await readdir(folder.path)).toEqual(['secret']);
});
