import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { diagnoseData, repairData } from 'nest-dual-id/doctor';
import type { QueryRunner } from 'typeorm';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';
import { fillGuarded, withoutGuards } from './sick-rows.js';

let guarded: GuardedDatabase;
beforeAll(async () => {
  guarded = await guardedDatabase();
});
afterAll(() => guarded.stop());
beforeEach(() => fillGuarded(guarded));

/** Waits until a statement of the database waits for a lock: repair, which has already looked. */
async function untilItWaits(): Promise<void> {
  const waiting = `SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while ((await guarded.sql(waiting)).length === 0) await sleep(2);
}

/** Repairs while a superuser has fixed, but not yet committed, what was found. */
async function repairBeside(...statements: readonly string[]) {
  const other: QueryRunner = guarded.superuser.createQueryRunner();
  try {
    await other.startTransaction();
    for (const statement of statements) await other.query(statement);
    const found = (await diagnoseData(guarded.owner)).counts.map(({ code }) => code);
    const repair = repairData(guarded.owner);
    await untilItWaits();
    await other.commitTransaction();
    const { actions, refused, after } = await repair;
    return { found, actions, refused, left: after.counts };
  } finally {
    await other.release();
  }
}

const ada = `(SELECT external_user_id FROM customers WHERE first_name = 'Ada')`;
const nothingDone = { actions: 0, refused: [], left: [] };
const replica = 'SET LOCAL session_replication_role = replica';

describe('what is fixed by others between the diagnosis and the repair', () => {
  test.each([
    {
      what: 'a reference, which is given another value',
      hurt: [`UPDATE billing.invoices SET customer_id = 42 WHERE number = '1'`],
      heal: [`UPDATE billing.invoices SET customer_id = (SELECT min(user_id) FROM customers)`],
      found: ['reference_dangling'],
    },
    {
      what: 'a reference, whose row comes',
      hurt: [`UPDATE billing.invoices SET customer_id = 42 WHERE number = '1'`],
      heal: [`INSERT INTO customers (user_id, first_name) VALUES (42, 'Late')`],
      found: ['reference_dangling'],
    },
    {
      what: 'a passport, whose row is restored',
      hurt: [
        `UPDATE billing.invoices SET customer_id = NULL`,
        `CREATE TABLE backup AS SELECT * FROM customers`,
        `DELETE FROM customers`,
      ],
      heal: [replica, `INSERT INTO customers SELECT * FROM backup`],
      found: ['passport_orphaned'],
    },
    {
      what: 'a tombstone, which is revived',
      hurt: [
        `UPDATE dual_id.passports SET status = 'deleted', deleted_at = now() WHERE uuid = ${ada}`,
      ],
      heal: [
        replica,
        `UPDATE dual_id.passports SET status = 'archived', deleted_at = NULL WHERE uuid = ${ada}`,
      ],
      found: ['passport_status_wrong'],
    },
    {
      what: 'a name in the registry, which is corrected',
      hurt: [`UPDATE dual_id.passports SET name = 'Nobody' WHERE uuid = ${ada}`],
      heal: [`UPDATE dual_id.passports SET name = 'Ada Byron' WHERE uuid = ${ada}`],
      found: ['passport_name_wrong'],
    },
  ])('$what, is left as it is', async ({ hurt, heal, found }) => {
    await withoutGuards(guarded, hurt);
    expect(await repairBeside(...heal)).toEqual({ found, ...nothingDone });
    const tombs = await guarded.sql(
      `SELECT 1 FROM dual_id.passports WHERE status = 'deleted' AND name IS DISTINCT FROM 'Draft'`,
    );
    expect(tombs).toEqual([]);
  });
});
