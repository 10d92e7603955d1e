import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { diagnose } from 'nest-dual-id/doctor';
import type { Clinic } from './clinic.js';
import { openClinic } from './clinic.js';

let clinic: Clinic;
beforeAll(async () => {
  clinic = await openClinic();
});
afterAll(() => clinic.stop());
beforeEach(() => clinic.renew());

const drift = async () => {
  const found = await diagnose({ dataSource: clinic.dataSource });
  return found.filter(({ code }) => ['schema_drift', 'column_mismatch'].includes(code));
};

describe.each([
  ['a column that no entity has', 'ALTER TABLE wards ADD floor integer'],
  ['a column of another type', 'ALTER TABLE patients ALTER weight TYPE text'],
  [
    'an internal id that is too narrow',
    `ALTER TABLE patients DROP CONSTRAINT patients_passport_fk;
     DROP TRIGGER patients_immutable ON patients; DROP TRIGGER patients_ids_kept ON patients;
     ALTER TABLE patients ALTER id TYPE integer`,
  ],
])('%s', (_what, statement) => {
  test('is never fixed by dropping a column', async () => {
    await clinic.sql(statement);
    const found = await drift();
    expect(found).not.toEqual([]);
    expect(JSON.stringify(found)).not.toMatch(/TypeORM would run: [^"]*DROP COLUMN/);
    expect(found.map(({ fix }) => fix).join()).not.toMatch(/DROP COLUMN|DROP CONSTRAINT/);
  });
});

test('the fix for a column that no entity has is to map it, with its type', async () => {
  await clinic.sql('ALTER TABLE wards ADD "nextDoor" character varying(20)');
  expect(await drift()).toEqual([
    expect.objectContaining({
      place: 'wards.nextDoor',
      fix: expect.stringContaining(
        `@Column({ name: 'nextDoor', type: 'character varying(20)', nullable: true })`,
      ),
    }),
  ]);
});

test('a column of another type is changed in place, by a statement that keeps its values', async () => {
  await clinic.sql(`INSERT INTO patients (name, weight) VALUES ('Ada', 61)`);
  await clinic.sql('ALTER TABLE patients ALTER weight TYPE text');
  const found = await drift();
  expect(found.map(({ code, place }) => `${code} ${place}`).sort()).toEqual([
    'column_mismatch patients.weight',
    'schema_drift patients.weight',
  ]);
  for (const { fix } of found) await clinic.sql(/ALTER TABLE [^;]+;/.exec(fix)![0]);
  expect(await drift()).toEqual([]);
  expect(await clinic.sql('SELECT weight FROM patients')).toEqual([{ weight: '61' }]);
});

test.each([
  ['a foreign key', 'ALTER TABLE patients RENAME CONSTRAINT patients_ward_id_fk TO "FK_9a"'],
  ['an index', 'ALTER INDEX patients_ward_id_ix RENAME TO "IDX_9a"'],
])(
  '%s with another name is one finding, with the statement that renames it',
  async (_what, sql) => {
    await clinic.sql(sql);
    const found = await drift();
    expect(found).toHaveLength(1);
    expect(found[0]!.fix).toContain('which takes no time');
    await clinic.sql(/ALTER (?:TABLE|INDEX) [^;]+;/.exec(found[0]!.fix)![0]);
    expect(await drift()).toEqual([]);
  },
);

test('a foreign key with another effect is not just a rename', async () => {
  await clinic.sql('ALTER TABLE patients DROP CONSTRAINT patients_ward_id_fk');
  await clinic.sql(`ALTER TABLE patients ADD CONSTRAINT "FK_9a" FOREIGN KEY (ward_id)
    REFERENCES wards (id) ON DELETE CASCADE`);
  const found = await drift();
  expect(found.length).toBeGreaterThan(1);
  expect(JSON.stringify(found)).not.toContain('RENAME');
});
