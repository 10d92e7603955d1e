import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';

const renewal = new URL('../../../src/features/locks/lease-renewal.js', import.meta.url).href;

test('the renewal of a lease does not keep an otherwise idle process alive', () => {
  const program = `
    const { LeaseRenewal } = await import('${renewal}');
    new LeaseRenewal(60_000, async () => true).start(performance.now());`;
  const args = ['--input-type=module', '-e', program];
  expect(spawnSync(process.execPath, args, { timeout: 20_000 }).status).toBe(0);
});
