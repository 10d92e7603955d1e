import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { diagnose } from 'nest-dual-id/doctor';
import { DataSource } from 'typeorm';
import type { MigrationInterface } from 'typeorm';
import type { Clinic } from './clinic.js';
import { openClinic, PatientView } from './clinic.js';

let clinic: Clinic;
beforeAll(async () => {
  clinic = await openClinic();
});
afterAll(() => clinic.stop());
beforeEach(() => clinic.renew());

const findings = async () => {
  const found = await diagnose({ dataSource: clinic.dataSource, views: [PatientView] });
  return found.map(({ code, place }) => `${code} ${place}`);
};

test('a clean consumer has no findings', async () => {
  expect(await findings()).toEqual([]);
});

describe.each([
  ['a table that is gone', ['DROP TABLE nurses'], 'table_missing nurses'],
  [
    'a public id that is gone',
    ['ALTER TABLE patients DROP COLUMN uuid CASCADE'],
    'table_missing patients',
  ],
  [
    'a column of another type',
    ['ALTER TABLE patients ALTER weight TYPE text'],
    'column_mismatch patients.weight',
  ],
  [
    'a column that may be null',
    ['ALTER TABLE patients ALTER name DROP NOT NULL'],
    'column_mismatch patients.name',
  ],
  [
    'a primary key that was dropped',
    ['ALTER TABLE patients DROP CONSTRAINT patients_pk'],
    'primary_key_missing patients',
  ],
  [
    'a unique index that was dropped',
    ['ALTER TABLE patients DROP CONSTRAINT patients_uuid_uq'],
    'unique_index_missing patients.uuid',
  ],
  [
    'a slug that is not unique',
    ['ALTER TABLE wards DROP CONSTRAINT wards_slug_uq'],
    'unique_index_missing wards.slug',
  ],
  [
    'a foreign key that was dropped',
    ['ALTER TABLE patients DROP CONSTRAINT patients_ward_id_fk'],
    'foreign_key_missing patients.ward_id',
  ],
  [
    'a foreign key without an index',
    ['DROP INDEX patients_ward_id_ix'],
    'foreign_key_index_missing patients.ward_id',
  ],
  [
    'a constraint that was never validated',
    [`ALTER TABLE patients ADD CONSTRAINT named_ck CHECK (name <> '') NOT VALID`],
    'constraint_unvalidated patients named_ck',
  ],
  [
    'a guard that was dropped',
    ['DROP TRIGGER patients_immutable ON patients'],
    'immutability_guard_missing patients',
  ],
  [
    'a guard behind triggers that was dropped',
    ['DROP TRIGGER nurses_ids_kept ON nurses'],
    'immutability_guard_missing nurses',
  ],
  [
    'a guard behind triggers that does not see every update',
    [
      `CREATE OR REPLACE TRIGGER wards_ids_kept AFTER UPDATE OF id ON wards FOR EACH ROW
       WHEN (OLD.id <> NEW.id) EXECUTE FUNCTION dual_id.refuse_identity_change()`,
    ],
    'immutability_guard_missing wards',
  ],
  [
    'a table that inherits',
    ['CREATE TABLE vips () INHERITS (patients)'],
    'table_inherited patients',
  ],
  [
    'a table that inherits from one that does',
    ['CREATE TABLE vips () INHERITS (wards)', 'CREATE TABLE stars () INHERITS (vips)'],
    'table_inherited wards',
  ],
  [
    'an enrolment with the rights of whoever writes',
    ['ALTER FUNCTION dual_id.patients_entomb() SECURITY INVOKER'],
    'enrolment_outdated patients',
  ],
  [
    'a platform type that is gone',
    ['DELETE FROM dual_id.platform_types WHERE id = 400'],
    'platform_type_missing patients',
  ],
  [
    'a composite key that is not deferred',
    ['ALTER TABLE patients ALTER CONSTRAINT patients_passport_fk NOT DEFERRABLE'],
    'passport_key_missing patients',
  ],
  [
    'a composite key that was dropped',
    ['ALTER TABLE nurses DROP CONSTRAINT nurses_passport_fk'],
    'passport_key_missing nurses',
  ],
  [
    'a trigger of enrolment that was dropped',
    ['DROP TRIGGER patients_enrol ON patients'],
    'table_not_enrolled patients',
  ],
  [
    'a trigger that follows no deletion',
    ['DROP TRIGGER patients_retire ON patients'],
    'enrolment_outdated patients',
  ],
  [
    'a function of enrolment that does something else',
    [
      `CREATE OR REPLACE FUNCTION dual_id.patients_name() RETURNS trigger LANGUAGE plpgsql
       AS $$ BEGIN RETURN NULL; END $$`,
    ],
    'enrolment_outdated patients',
  ],
  [
    'a column that no entity has',
    ['ALTER TABLE wards ADD COLUMN floor integer'],
    'schema_drift wards.floor',
  ],
  [
    'a sequence behind the rows',
    [`INSERT INTO patients (id, name) VALUES (5000, 'Ada')`],
    'sequence_behind patients.id',
  ],
  [
    'a sequence below its start',
    [`SELECT setval('patients_id_seq', 5)`],
    'sequence_behind patients.id',
  ],
])('%s', (_what, statements, found) => {
  test(`is found as ${found}`, async () => {
    for (const statement of statements) await clinic.sql(statement);
    expect(await findings()).toContain(found);
  });
});

describe.each([
  [
    'an index whose build failed',
    `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'patients_ward_id_ix'::regclass`,
    'index_invalid patients patients_ward_id_ix',
  ],
  [
    'triggers that were left switched off',
    'ALTER TABLE patients DISABLE TRIGGER ALL',
    'trigger_disabled patients',
  ],
])('%s', (_what, statement, found) => {
  test(`is found as ${found}`, async () => {
    await clinic.asSuperuser(statement);
    expect(await findings()).toContain(found);
  });
});

test('sessions without guards are found', async () => {
  const [{ name }] = (await clinic.sql('SELECT current_database() AS name')) as [{ name: string }];
  const alter = `ALTER DATABASE "${name}"`;
  await clinic.asSuperuser(`${alter} SET session_replication_role = 'replica'`);
  expect(await findings()).toContain(`replication_role_set database ${name}`);
  await clinic.asSuperuser(`${alter} RESET session_replication_role`);
});

class Later1790000000000 implements MigrationInterface {
  async up(): Promise<void> {}
  async down(): Promise<void> {}
}

test('a migration that has not run is found', async () => {
  const options = { ...clinic.dataSource.options, migrations: [Later1790000000000] };
  const dataSource = await new DataSource(options).initialize();
  try {
    const [first] = await diagnose({ dataSource });
    expect(first).toMatchObject({ code: 'migration_pending', place: 'Later1790000000000' });
  } finally {
    await dataSource.destroy();
  }
});

test('a database without the library is refused with the next step', async () => {
  await clinic.sql('DROP SCHEMA dual_id CASCADE');
  await expect(findings()).rejects.toThrow('Run `dual-id migrate` first.');
});
