import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireGuards } from './access/guards.js';
import { ownershipTimes } from './access/ownership.js';
import { experiments } from './experiments.js';
import type { PeerName } from './peers/peer.js';
import { runSql } from './shop-databases.js';
import { Site } from './site.js';

const server = process.env['TEST_SERVER_URL'] ?? '';
const folder = mkdtempSync(join(tmpdir(), 'dual-id-peers-'));

let site: Site;
beforeAll(async () => {
  site = await Site.open(server, { users: 20, orders: 400 }, folder);
}, 120_000);
afterAll(async () => {
  await site.close();
  await runSql(server, `DROP DATABASE ${new URL(site.databaseUrl).pathname.slice(1)} WITH (FORCE)`);
  rmSync(folder, { recursive: true, force: true });
});

const peers: readonly PeerName[] = ['ours', 'a', 'b', 'c', 'd', 'e'];

test.each(peers)(
  'the peer %s of the benchmark does what it is measured for',
  async (peer) => {
    const { url } = await site.start(peer);
    for (const { id, peers: sides, isRefused } of experiments) {
      if (!sides.includes(peer)) continue;
      const [line] = readFileSync(site.samples.requests[id]!, 'utf8').split('\n');
      const [method, path, body] = line!.split('\t');
      const json = body ? { body, headers: { 'content-type': 'application/json' } } : {};
      const { status } = await fetch(`${url}${path}`, { method: method!, ...json });
      expect([id, status < 300]).toEqual([id, !isRefused]);
    }
    await site.close();
  },
  120_000,
);

test.each(['oursGuarded', 'aGuarded'] as const)(
  'the peer %s of the benchmark serves only the owner of an order',
  async (peer) => {
    const { requests } = await site.accessSamples();
    const { url } = await site.start(peer);
    await requireGuards(url, requests);
    await site.close();
  },
  120_000,
);

test('the benchmark times orders of everybody with the status that each has', async () => {
  const { visits } = await site.accessSamples();
  const { url } = await site.start('oursGuarded');
  const times = await ownershipTimes(url, visits, 4);
  expect(Object.entries(times).map(([kind, { calls }]) => [kind, calls])).toEqual([
    ['own', 4],
    ['foreign', 4],
    ['absent', 4],
    ['staff', 4],
  ]);
}, 120_000);
