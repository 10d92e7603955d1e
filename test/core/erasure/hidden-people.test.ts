import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Library } from '../../support/library/library.js';
import { openLibrary, sql } from '../../support/library/library.js';
import { inputOf, makePatients, Patient, PatientView, Visitor } from '../../support/patients.js';

let library: Library;
beforeAll(async () => {
  library = await openLibrary({}, [Patient, Visitor], makePatients);
  await sql(
    library,
    `ALTER TABLE patients
       ADD COLUMN tenant text NOT NULL DEFAULT current_setting('app.tenant', true);
     ALTER TABLE patients ENABLE ROW LEVEL SECURITY;
     CREATE POLICY tenants ON patients USING (tenant = current_setting('app.tenant', true))`,
  );
});
afterAll(() => library.close());

const patients = () => library.repositories.of(Patient);
const as = <T>(tenant: string, work: () => Promise<T>) =>
  library.database.withSettings({ 'app.tenant': tenant }, work);
const aPatient = () =>
  as('A', async () => (await patients().create(PatientView, inputOf() as never)).uuid);

async function standing(uuid: string): Promise<unknown> {
  const [row] = await sql(
    library,
    `SELECT p.name, p.status, (SELECT t.name FROM patients t WHERE t.uuid = p.uuid) AS row,
       EXISTS (SELECT FROM dual_id.erasures e WHERE e.uuid = p.uuid) AS erased
     FROM dual_id.passports p WHERE p.uuid = '${uuid}'`,
  );
  return row;
}
const name = 'Zebulon Quagmire';

describe('a person whose row is hidden from the role', () => {
  test.each([
    ['lives', '', 'not_found', 'active'],
    ['was deleted softly', 'UPDATE patients SET deleted_at = now()', 'gone', 'deleted'],
  ])('is not erased if the row %s', async (_what, change, code, status) => {
    const uuid = await aPatient();
    if (change) await sql(library, `${change} WHERE uuid = '${uuid}'`);
    await expect(as('B', () => patients().erase(uuid))).rejects.toMatchObject({ code });
    expect(await standing(uuid)).toEqual({ name, status, row: name, erased: false });
    await as('A', () => patients().erase(uuid));
    expect(await standing(uuid)).toEqual({
      name: null,
      status: 'deleted',
      row: '',
      erased: true,
    });
  });

  test('is not erased either if policies allow reading the row but not changing it', async () => {
    await sql(library, 'CREATE POLICY reading ON patients FOR SELECT USING (true)');
    const uuid = await aPatient();
    await expect(as('B', () => patients().erase(uuid))).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await standing(uuid)).toMatchObject({ name, row: name, erased: false });
    await sql(library, 'DROP POLICY reading ON patients');
  });

  test('who is gone for good may be a hidden one, and is not erased', async () => {
    const uuid = await aPatient();
    await sql(library, `DELETE FROM patients WHERE uuid = '${uuid}'`);
    await expect(as('A', () => patients().erase(uuid))).rejects.toMatchObject({ code: 'gone' });
    expect(await standing(uuid)).toMatchObject({ name, erased: false });
  });
});

test('a person whose row a trigger keeps unchanged is not erased elsewhere', async () => {
  const uuid = await aPatient();
  await sql(
    library,
    `CREATE FUNCTION keep_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
     CREATE TRIGGER keep_row BEFORE UPDATE ON patients FOR EACH ROW EXECUTE FUNCTION keep_row()`,
  );
  await expect(as('A', () => patients().erase(uuid))).rejects.toMatchObject({ code: 'internal' });
  expect(await standing(uuid)).toMatchObject({ name, row: name, erased: false });
});
