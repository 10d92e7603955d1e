import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance, Vault } from '../features/api-keys/vault.js';
import { openVault } from '../features/api-keys/vault.js';

const rounds = 25;
const clients = 300;

let vault: Vault;
let one: Instance;
let other: Instance;
beforeAll(async () => {
  vault = await openVault();
  one = await vault.open();
  other = await vault.open();
});
afterAll(() => vault.stop());

interface Verified {
  readonly startedAt: number;
  readonly found: string;
}

/** Many clients verify one token until each of them is refused. */
async function crowd({ keys }: Instance, token: string, all: Verified[]): Promise<void> {
  const client = async () => {
    for (;;) {
      const startedAt = performance.now();
      const found = await keys.verify(token);
      all.push({ startedAt, found: typeof found === 'string' ? found : 'valid' });
      if (typeof found === 'string') return;
      await sleep(Math.random() * 10);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
}

test('no verification that begins after a revocation succeeds: here at once, elsewhere within a second', async () => {
  let late: Verified[] = [];
  let oldest = 0;
  for (let round = 0; round < rounds; round += 1) {
    const { key, token } = await one.keys.create({ name: `key ${round}`, scopes: ['read'] });
    const [here, there]: [Verified[], Verified[]] = [[], []];
    const crowds = [crowd(one, token, here), crowd(other, token, there)];
    await sleep(round * 4);
    // Every other round, what is in memory is dropped just before it.
    if (round % 2 === 1)
      await other.keys.revoke((await one.keys.create({ name: 'x', scopes: [] })).key.uuid);
    await one.keys.revoke(key.uuid);
    const revokedAt = performance.now();
    await Promise.all(crowds);
    const validAfter = (all: Verified[]) =>
      all.filter(({ startedAt, found }) => startedAt > revokedAt && found === 'valid');
    // There are too many on a fast machine to be arguments of one call.
    late = late.concat(validAfter(here));
    const last = validAfter(there).map(({ startedAt }) => startedAt - revokedAt);
    oldest = last.reduce((age, one) => Math.max(age, one), oldest);
    for (const all of [here, there]) {
      expect(all.filter(({ found }) => found === 'valid').length).toBeGreaterThan(0);
      expect(new Set(all.map(({ found }) => found))).toEqual(new Set(['valid', 'revoked']));
    }
  }
  expect(late).toEqual([]);
  expect(oldest).toBeLessThan(1_000);
}, 120_000);
