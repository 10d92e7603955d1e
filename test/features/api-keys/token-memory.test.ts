import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bearerToken, newPublicId } from 'nest-dual-id';
import { KeyTokens } from '../../../src/features/api-keys/token/key-tokens.js';
import type { Instance, Vault } from './vault.js';
import { openVault, vaultOptions } from './vault.js';

let vault: Vault;
let app: Instance;
beforeAll(async () => {
  vault = await openVault();
  app = await vault.open();
});
afterAll(() => vault.stop());

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const tokens = new KeyTokens(vaultOptions);
const size = 200_000;

/** A header of some size, whose token V8 reads as a part of it. */
function tokenOfHeader(): string {
  return bearerToken(`Bearer ${tokens.create(newPublicId(4))}${' '.repeat(size)}`)!;
}

/** Bytes that the heap has more after some work. */
async function kept(work: () => unknown): Promise<number> {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const result = await work();
  collectGarbage();
  const more = process.memoryUsage().heapUsed - before;
  expect(result).toBeDefined();
  return more;
}

test('a token in memory does not keep the header that it came in', async () => {
  const count = 200;
  const all = Array.from({ length: count });
  // Without this the test would prove nothing on an engine that copies parts of texts.
  expect(await kept(() => all.map(tokenOfHeader))).toBeGreaterThan((count * size) / 2);
  const more = await kept(async () => {
    for (const _ of all) expect(await app.keys.verify(tokenOfHeader())).toBe('unknown');
    return app.keys.counts();
  });
  expect(app.keys.counts()).toMatchObject({ lookups: count });
  expect(more).toBeLessThan((count * size) / 4);
});
