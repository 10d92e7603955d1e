import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { diagnoseData, repairData } from 'nest-dual-id/doctor';
import type { RunQuery } from '../../../src/features/doctor/query.js';
import { probesOf, readerOf, readModel } from '../../../src/features/doctor/data/diagnose-data.js';
import { passportMissing } from '../../../src/features/doctor/data/checks/passport-missing.js';
import { walksOf, wrongRows } from '../../../src/features/doctor/data/walk.js';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';
import { withoutGuards } from './sick-rows.js';

let guarded: GuardedDatabase;
beforeAll(async () => {
  guarded = await guardedDatabase({ dataSource: { poolSize: 20 } });
});
afterAll(() => guarded.stop());

/** Writes of every kind, one transaction each, until stopped. */
function startWriters(count: number) {
  const stopped = new AbortController();
  let writes = 0;
  const failures: unknown[] = [];
  const writer = async (number: number) => {
    for (let turn = 0; !stopped.signal.aborted; turn += 1) {
      const name = `w${number}-${turn}`;
      try {
        await guarded.sql(`INSERT INTO customers (first_name) VALUES ('${name}'), ('${name}b')`);
        await guarded.sql(
          `UPDATE customers SET last_name = '${turn}' WHERE first_name = '${name}'`,
        );
        await guarded.sql(`INSERT INTO documents (title) VALUES ('${name}')`);
        await guarded.sql(`UPDATE documents SET deleted_at = now() WHERE title = '${name}'`);
        await guarded.sql(`DELETE FROM customers WHERE first_name = '${name}b'`);
        writes += 5;
      } catch (error) {
        failures.push(error);
      }
    }
  };
  const all = Array.from({ length: count }, (_, number) => writer(number));
  return {
    failures,
    stop: async () => {
      stopped.abort();
      await Promise.all(all);
      return writes;
    },
  };
}

describe('while others write', () => {
  test('nothing correct is ever reported as wrong', async () => {
    const writers = startWriters(4);
    const told = [];
    let looks = 0;
    for (const end = Date.now() + 4000; Date.now() < end; looks += 1) {
      told.push(...(await diagnoseData(guarded.owner, { rowsPerPage: 50 })).counts);
    }
    expect(await writers.stop()).toBeGreaterThan(20);
    expect(told).toEqual([]);
    expect(writers.failures).toEqual([]);
    expect(looks).toBeGreaterThan(1);
  });

  test('repair fixes what is wrong, and no writer fails', async () => {
    await guarded.sql(`INSERT INTO customers (first_name)
      SELECT 'sick' FROM generate_series(1, 300)`);
    await withoutGuards(guarded, [
      `DELETE FROM dual_id.passports WHERE entity_id % 3 = 0 AND name = 'sick'`,
      `UPDATE dual_id.passports SET entity_id = -entity_id
       WHERE entity_id % 3 = 1 AND name = 'sick'`,
    ]);
    const writers = startWriters(4);
    const { actions, refused } = await repairData(guarded.owner);
    await writers.stop();
    expect({ failures: writers.failures, refused }).toEqual({ failures: [], refused: [] });
    expect(actions).toBeGreaterThanOrEqual(200);
    expect((await diagnoseData(guarded.owner)).counts).toEqual([]);
  });
});

describe('two concurrent repairs', () => {
  test('do everything once', async () => {
    await withoutGuards(guarded, [`DELETE FROM dual_id.passports WHERE name = 'sick'`]);
    const [one, other] = await Promise.all([repairData(guarded.owner), repairData(guarded.owner)]);
    expect([one.refused, other.refused]).toEqual([[], []]);
    expect(one.actions + other.actions).toBe(300);
    expect((await diagnoseData(guarded.owner)).counts).toEqual([]);
  });
});

test('what was wrong only for a moment is not reported', async () => {
  await guarded.sql(`INSERT INTO customers (first_name) VALUES ('late')`);
  await withoutGuards(guarded, [`DELETE FROM dual_id.passports WHERE name = 'late'`]);
  const model = await readModel(guarded.owner);
  const [walk] = walksOf(
    probesOf([passportMissing], model)
      .map(({ probe }) => probe)
      .filter(({ place }) => place === 'customers'),
  );
  const read = readerOf(guarded.owner);
  let looks = 0;
  // Between the two checks, another session writes the passport.
  const healing = async <T>(work: (query: RunQuery) => Promise<T>): Promise<T> => {
    const result = await read(work);
    looks += 1;
    if (looks === 1) await repairData(guarded.owner);
    return result;
  };
  const told = [];
  for await (const rows of wrongRows(walk!, healing, { rowsPerPage: 20_000, maxSuspects: 100 }))
    told.push(...rows);
  expect(told).toEqual([]);
  expect(looks).toBe(2);
});
