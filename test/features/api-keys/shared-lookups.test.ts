import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Pool } from 'pg';
import { onBehalfOf } from '../../../src/core/database/caller.js';
import type { Instance, Vault } from './vault.js';
import { openVault } from './vault.js';

let vault: Vault;
let app: Instance;
beforeAll(async () => {
  vault = await openVault();
  app = await vault.open();
});
afterAll(() => vault.stop());

const valid = { scopes: ['read'] };
const create = async () => (await app.keys.create({ name: 'export', scopes: ['read'] })).token;

test('a shared lookup goes on for the others if the client leaves whose request began it', async () => {
  const token = await create();
  const { keys } = await vault.open();
  let leave = () => {};
  const client = {
    onGone: (callback: () => void) => {
      leave = callback;
      return () => {};
    },
    noteWrite: () => {},
    hasWritten: false,
  };
  const all = await whileLocked(async () => {
    const asked = [onBehalfOf(client, () => keys.verify(token)), keys.verify(token)];
    await sleep(200);
    leave();
    await sleep(200);
    return asked;
  });
  expect(await Promise.all(all)).toMatchObject([valid, valid]);
});

test('a shared lookup is in the context of none of them, such as the trace of the first', async () => {
  const token = await create();
  const { keys, dataSource } = await vault.open();
  const trace = new AsyncLocalStorage<string>();
  const traces: unknown[] = [];
  const { master } = dataSource.driver as unknown as { master: Pool };
  await keys.list();
  master.on('acquire', () => traces.push(trace.getStore()));
  await trace.run('first', () => keys.verify(token));
  await sleep(700);
  expect(traces).toEqual([undefined, undefined]);
});

test('a shared lookup fails for all of them at once, and is tried again', async () => {
  const token = await create();
  const { keys } = await vault.open();
  const failed = await whileLocked(() =>
    Promise.allSettled(Array.from({ length: 50 }, () => keys.verify(token))),
  );
  expect(new Set(failed.map(({ status }) => status))).toEqual(new Set(['rejected']));
  expect(keys.counts()).toMatchObject({ lookups: 1, valid: 0, unknown: 0 });
  expect(await keys.verify(token)).toMatchObject(valid);
});

/** Runs work while nobody can read the table of keys. */
async function whileLocked<T>(work: () => Promise<T>): Promise<T> {
  const runner = vault.owner.createQueryRunner();
  await runner.startTransaction();
  await runner.query('LOCK TABLE dual_id.api_keys');
  try {
    return await work();
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}
