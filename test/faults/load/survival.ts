import { expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { runSql } from '../../support/empty-database.js';
import { readinessMilliseconds } from './limits.js';
import type { Load } from './load.js';

/** What a fault did to waiting clients. */
export interface Survived {
  /** The longest that a client waited, in milliseconds. */
  readonly worst: number;
}

/** Keeps a shop busy during a fault and after it, and checks that its replies were true. */
export async function survives(load: Load, fault: () => Promise<void>): Promise<Survived> {
  load.start();
  await sleep(700);
  load.nextPhase();
  await fault();
  await load.recovered();
  await sleep(300);
  const during = load.nextPhase();
  await sleep(1_500);
  const after = load.nextPhase();
  const wrong = await load.finish();
  const { acknowledged, surprises } = load.ledger;
  const [worst, worstReadiness] = [during.within(1), load.readiness.within(1)];
  const told = { acknowledged, worst, worstReadiness, wrong: wrong.length };
  process.stdout.write(`${JSON.stringify({ ...told, during: during.told, after: after.told })}\n`);
  expect(load.shop.isAlive).toBe(true);
  expect(wrong).toEqual([]);
  expect(surprises).toEqual([]);
  expect(after.failures).toEqual([]);
  expect(after.done).toBeGreaterThan(0);
  expect(worstReadiness).toBeLessThan(readinessMilliseconds);
  return { worst };
}

/** Ends every session of a shop in this database, as an operator or a restart does. */
export async function endShopSessions(databaseUrl: string): Promise<void> {
  await runSql(
    databaseUrl,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'nest-dual-id shop'`,
  );
}
