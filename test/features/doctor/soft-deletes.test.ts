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

const found = async () =>
  (await diagnose({ dataSource: clinic.dataSource })).filter(({ code }) =>
    code.endsWith('_beside_soft_delete'),
  );
const admit = (name: string) => clinic.sql(`INSERT INTO patients (name) VALUES ('${name}')`);
const discharge = () => clinic.sql('UPDATE patients SET deleted_at = now()');

/** Runs the statements of a fix, up to the part about the entity. */
async function cured(fix: string): Promise<void> {
  const [statements = ''] = fix.split(/[,;] (?:and )?in the entity/);
  for (const statement of statements.split('; ')) await clinic.sql(statement);
}

describe('a unique index on a table with a deletion date', () => {
  test.each([
    ['of an expression', 'CREATE UNIQUE INDEX names_uq ON patients (lower(name))'],
    ['of a constraint', 'ALTER TABLE patients ADD CONSTRAINT names_uq UNIQUE (name)'],
    ['with a name to quote', 'CREATE UNIQUE INDEX "Names, of all" ON patients (name)'],
    ['of some rows only', `CREATE UNIQUE INDEX names_uq ON patients (name) WHERE name <> 'x'`],
    ['where nulls are the same', 'CREATE UNIQUE INDEX n ON patients (name) NULLS NOT DISTINCT'],
  ])('%s is found, and its fix allows a value to be used again', async (_what, make) => {
    await clinic.sql(make);
    await admit('Ada');
    await discharge();
    await expect(admit('Ada')).rejects.toMatchObject({ driverError: { code: '23505' } });
    const [finding, ...others] = await found();
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: 'unique_beside_soft_delete' });
    await cured(finding!.fix);
    expect(await found()).toEqual([]);
    await admit('Ada');
    await expect(admit('Ada')).rejects.toMatchObject({ driverError: { code: '23505' } });
  });

  test.each([
    ['of rows that are there', 'CREATE UNIQUE INDEX u ON patients (name) WHERE deleted_at IS NULL'],
    ['with the deletion date in it', 'CREATE UNIQUE INDEX u ON patients (name, deleted_at)'],
    ['with the id in it', 'CREATE UNIQUE INDEX u ON patients (name, id)'],
    ['with the public id in it', 'CREATE UNIQUE INDEX u ON patients (uuid, name)'],
    ['of a table that deletes', 'CREATE UNIQUE INDEX u ON nurses (name)'],
    [
      'that a foreign key rests on',
      `ALTER TABLE patients ADD CONSTRAINT u UNIQUE (name);
       CREATE TABLE visits (name text REFERENCES patients (name))`,
    ],
    [
      'that is meant',
      `CREATE UNIQUE INDEX u ON patients (name);
       COMMENT ON INDEX u IS 'Intended: a name is given once'`,
    ],
    [
      'that is meant, of a constraint',
      `ALTER TABLE patients ADD CONSTRAINT u UNIQUE (name);
       COMMENT ON CONSTRAINT u ON patients IS 'intended'`,
    ],
  ])('%s is not a finding', async (_what, make) => {
    await clinic.sql(make);
    expect(await found()).toEqual([]);
  });
});

describe('a foreign key that cascades', () => {
  test.each([
    [
      'to rows that are deleted softly',
      'ALTER TABLE patients DROP CONSTRAINT patients_ward_id_fk, ADD FOREIGN KEY (ward_id) REFERENCES wards ON DELETE CASCADE',
      'patients.ward_id',
      'removed for good when their row of wards is deleted',
    ],
    [
      'from rows that are deleted softly',
      'CREATE TABLE visits (patient_id bigint REFERENCES patients ON DELETE CASCADE)',
      'visits.patient_id',
      'deletes none of their rows in visits',
    ],
  ])('%s is found, fixed, and left alone if it is intended', async (_what, make, place, says) => {
    await clinic.sql(make);
    const [finding, ...others] = await found();
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      code: 'cascade_beside_soft_delete',
      place,
      problem: expect.stringContaining(says),
    });
    await clinic.sql(/COMMENT ON CONSTRAINT .*<why>'/.exec(finding!.fix)![0]);
    expect(await found()).toEqual([]);
    await cured(finding!.fix);
    expect(await found()).toEqual([]);
    const [key] = (await clinic.sql(`SELECT confdeltype AS does FROM pg_constraint
      WHERE conrelid = '${place.split('.')[0]}'::regclass AND contype = 'f'
        AND confrelid <> 'dual_id.passports'::regclass`)) as { does: string }[];
    expect(key).toEqual({ does: 'a' });
  });

  test('between tables that delete for good is not a finding', async () => {
    await clinic.sql('CREATE TABLE beds (ward_id integer REFERENCES wards ON DELETE CASCADE)');
    expect(await found()).toEqual([]);
  });
});
