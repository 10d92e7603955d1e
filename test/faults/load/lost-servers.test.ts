import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../../src/shop/generate/random.js';
import { runSql } from '../../support/empty-database.js';
import { makeRoles, roleNames } from '../../support/roles.js';
import { frozenMilliseconds } from './limits.js';
import { Load } from './load.js';
import { OwnServer } from './own-server.js';
import { endShopSessions, survives } from './survival.js';

const seed = process.env['FAULT_SEED'] ?? String(Date.now());
const random = new Random(seed);
let server: OwnServer;
let load: Load;
let databaseUrl: string;

beforeAll(async () => {
  process.stdout.write(`FAULT_SEED=${seed}\n`);
  server = await OwnServer.start();
  for (const statement of makeRoles) await runSql(server.url, statement);
});
afterAll(() => server.stop());
// More clients than the pool has connections, so that somebody always waits for one.
beforeEach(async () => {
  const name = `load_${random.next()}`;
  await runSql(server.url, `CREATE DATABASE ${name} OWNER ${roleNames.owner}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  databaseUrl = url.href;
  load = await Load.on({ databaseUrl, clients: 24, seed });
});
afterEach(() => load.stop());

async function repeatedly(times: number, fault: () => Promise<unknown>): Promise<void> {
  for (let round = 0; round < times; round += 1) {
    await fault();
    await sleep(random.between(200, 600));
  }
}

describe('a shop under load', () => {
  test('outlives the end of all its sessions', async () => {
    await survives(load, () => repeatedly(10, () => endShopSessions(databaseUrl)));
  });

  test('outlives restarts of PostgreSQL', async () => {
    await survives(load, () => repeatedly(3, () => server.restart('SIGINT', random.below(500))));
  });

  test('outlives PostgreSQL that is killed', async () => {
    await survives(load, () => repeatedly(2, () => server.restart('SIGKILL', random.below(500))));
  });

  test('responds to everyone while PostgreSQL is frozen', async () => {
    const { worst } = await survives(load, async () => {
      server.freeze();
      await sleep(frozenMilliseconds + 2_000);
      server.thaw();
    });
    expect(worst).toBeLessThan(frozenMilliseconds);
  });
});
