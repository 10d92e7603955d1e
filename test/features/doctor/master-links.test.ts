import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { addMasterLink } from 'nest-dual-id';
import { diagnose, diagnoseData, repairData } from 'nest-dual-id/doctor';
import type { Clinic } from './clinic.js';
import { openClinic } from './clinic.js';

let clinic: Clinic;
beforeAll(async () => {
  clinic = await openClinic();
});
afterAll(() => clinic.stop());

/** Two services of the nurses that no entity maps: one table, and one partitioned by year. */
beforeEach(async () => {
  await clinic.renew();
  await clinic.sql('CREATE TABLE badges (colour text NOT NULL)');
  await clinic.sql('CREATE TABLE shifts (year int NOT NULL, note text) PARTITION BY RANGE (year)');
  for (const year of [2025, 2026]) {
    await clinic.sql(`CREATE TABLE shifts_${year} PARTITION OF shifts
      FOR VALUES FROM (${year}) TO (${year + 1})`);
  }
  await clinic.dataSource.transaction(async ({ queryRunner: runner }) => {
    await addMasterLink(runner!, { table: 'badges' });
    await addMasterLink(runner!, { table: 'shifts', partitioned: true });
  });
  await clinic.sql(`INSERT INTO nurses (uuid, name)
    SELECT gen_random_uuid(), n::text FROM generate_series(1, 4) n`);
  await clinic.sql(`INSERT INTO badges (colour, master_uuid) SELECT name, uuid FROM nurses`);
  await clinic.sql(`INSERT INTO shifts (year, note, master_uuid)
    SELECT 2025 + name::int % 2, name, uuid FROM nurses`);
});

const built = async () => {
  const found = await diagnose({ dataSource: clinic.dataSource });
  return found.filter(({ code }) => code !== 'schema_drift');
};
const counts = async () =>
  (await diagnoseData(clinic.dataSource, { rowsPerPage: 2 })).counts.map(
    ({ code, place, rows, repairable }) => `${code} ${place} ${rows} ${repairable}`,
  );

test('links as they are created are correct, in tables and in rows', async () => {
  expect(await built()).toEqual([]);
  expect(await counts()).toEqual([]);
});

describe.each([
  ['a key', 'badges DROP CONSTRAINT badges_master_id_master_uuid_fk'],
  ['the key of a partitioned table', 'shifts DROP CONSTRAINT shifts_master_id_master_uuid_fk'],
])('%s that was dropped', (_what, change) => {
  test('turns the table into one without a link, unless an entity declares it', async () => {
    await clinic.sql(`ALTER TABLE ${change}`);
    expect(await built()).toEqual([]);
  });
});

test.each([
  ['badges', 'DROP TRIGGER badges_master_linked ON badges', 'nothing refuses a deleted passport'],
  ['badges', 'DROP TRIGGER badges_master_kept ON badges', 'nothing refuses a change'],
  ['badges', 'DROP TRIGGER badges_master_still_kept ON badges', 'nothing catches a BEFORE'],
  ['shifts', 'DROP TRIGGER shifts_master_claimed ON shifts', 'two rows may belong'],
  ['shifts', 'DROP TRIGGER shifts_master_released ON shifts', 'two rows may belong'],
])('a guard of %s is reported as missing after %s', async (place, change, problem) => {
  await clinic.sql(change);
  const call = place === 'shifts' ? `'shifts', partitioned: true` : `'badges'`;
  expect(await built()).toMatchObject([
    {
      code: 'master_link_unguarded',
      place,
      problem: expect.stringContaining(problem),
      fix: `In a migration for ${place}: addMasterLink(runner, { table: ${call} })`,
    },
  ]);
});

test('a unique key of both halves is not required, because one half is enough', async () => {
  await clinic.sql('ALTER TABLE badges DROP CONSTRAINT badges_master_id_uq');
  expect(await built()).toEqual([]);
  await clinic.sql('ALTER TABLE badges DROP CONSTRAINT badges_master_uuid_uq');
  const found = (await built()).map(({ code, place }) => `${code} ${place}`);
  expect(found).toContain('master_link_unguarded badges');
});

test('a foreign key without an index is found in a table that no entity maps', async () => {
  await clinic.sql('CREATE TABLE ledger (patient_id bigint REFERENCES patients (id))');
  expect(await built()).toMatchObject([
    { code: 'foreign_key_index_missing', place: 'ledger.patient_id' },
  ]);
});

describe('rows of a partitioned service', () => {
  /**
   * A partition whose rows bypassed all triggers: the first of them shares the passport of another
   * row.
   */
  const attach = async () => {
    await clinic.sql('CREATE TABLE shifts_2024 (LIKE shifts INCLUDING ALL)');
    await clinic.sql(`INSERT INTO shifts_2024 SELECT 2024, s.note, s.master_id, s.master_uuid
      FROM shifts s WHERE note = '1'`);
    await clinic.sql(
      'ALTER TABLE shifts ATTACH PARTITION shifts_2024 FOR VALUES FROM (2024) TO (2025)',
    );
  };

  test('that share a passport are all reported, and stay', async () => {
    await attach();
    const shared = ['master_link_shared shifts.master_id+master_uuid 2 0'];
    expect(await counts()).toEqual(shared);
    expect(await repairData(clinic.dataSource)).toMatchObject({ actions: 0 });
    await clinic.sql('ALTER TABLE shifts DETACH PARTITION shifts_2024');
    expect(await counts()).toEqual([]);
  });

  test('that have no claim get it, and claims without a row are removed', async () => {
    await clinic.sql(`DELETE FROM dual_id.master_claims WHERE master_id IN
      (SELECT master_id FROM shifts WHERE note = '1')`);
    await clinic.sql(`INSERT INTO dual_id.master_claims (service, master_id)
      VALUES ('shifts', 424242), ('nobody', 1)`);
    expect(await counts()).toEqual([
      'master_claim_wrong shifts.master_id 1 1',
      'master_claim_wrong dual_id.master_claims 2 2',
    ]);
    const { actions, refused, after } = await repairData(clinic.dataSource);
    expect({ actions, refused, counts: after.counts }).toEqual({
      actions: 3,
      refused: [],
      counts: [],
    });
    const claims = await clinic.sql('SELECT DISTINCT service FROM dual_id.master_claims');
    expect(claims).toEqual([{ service: 'shifts' }]);
  });

  test('are repaired only in their own partition', async () => {
    const others = `SELECT * FROM shifts WHERE note <> '1' ORDER BY note`;
    const before = await clinic.sql(others);
    await clinic.asSuperuser('ALTER TABLE shifts DISABLE TRIGGER ALL');
    await clinic.asSuperuser(`ALTER TABLE shifts_2025 DISABLE TRIGGER ALL`);
    await clinic.asSuperuser(`ALTER TABLE shifts_2026 DISABLE TRIGGER ALL`);
    await clinic.sql(`UPDATE shifts SET master_id = 424242 WHERE note = '1'`);
    for (const table of ['shifts', 'shifts_2025', 'shifts_2026']) {
      await clinic.asSuperuser(`ALTER TABLE ${table} ENABLE TRIGGER ALL`);
    }
    const found = [
      'master_link_wrong shifts.master_id+master_uuid 1 0',
      // The row's passport is not known yet, so no claim is written or removed.
      'master_claim_wrong shifts.master_id 1 0',
      'master_claim_wrong dual_id.master_claims 1 0',
    ];
    expect(await counts()).toEqual(found);
    expect(await repairData(clinic.dataSource)).toMatchObject({ actions: 0 });
    expect(await counts()).toEqual(found);
    const { refused, after } = await repairData(clinic.dataSource, { include: ['shifts'] });
    expect({ refused, counts: after.counts }).toEqual({ refused: [], counts: [] });
    expect(await clinic.sql(others)).toEqual(before);
  });
});
