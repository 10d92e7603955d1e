import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addPersonalPlace, dropPersonalPlace, grantDualId } from 'nest-dual-id';
import type { Library } from '../../support/library/library.js';
import { asSuperuser, openLibrary, sql } from '../../support/library/library.js';
import { columnsWith } from '../../support/find-person.js';
import {
  inputOf,
  makePatients,
  Patient,
  PatientView,
  Visitor,
  wordsOfPatient,
} from '../../support/patients.js';

const role = `eraser_${process.pid}`;
const notes = {
  name: 'ward_notes',
  forget: 'UPDATE notes SET note = NULL WHERE patient_uuid = NEW.uuid',
};
let library: Library;

beforeAll(async () => {
  const opened = await openLibrary({}, [Patient, Visitor], async (runner) => {
    await makePatients(runner);
    await runner.query('CREATE SCHEMA ward');
    await runner.query('CREATE TABLE ward.notes (patient_uuid uuid, note text)');
    await runner.query('SET LOCAL search_path = ward, public');
    await addPersonalPlace(runner, notes);
  });
  library = asSuperuser(opened);
  await sql(library, `CREATE ROLE ${role}`);
  await grantDualId({ query: (text) => sql(library, text) }, role);
  await sql(library, `GRANT SELECT, UPDATE ON public.patients TO ${role}`);
});
afterAll(async () => {
  await sql(library, `DROP OWNED BY ${role}`);
  await sql(library, `DROP ROLE ${role}`);
  await library.close();
});

const aPatient = async () => {
  const { uuid } = await library.repositories.of(Patient).create(PatientView, inputOf() as never);
  await sql(library, `INSERT INTO ward.notes VALUES ('${uuid}', 'Zebulon sleeps badly')`);
  return uuid;
};
const found = () => columnsWith((text) => sql(library, text), wordsOfPatient);
const erase = (uuid: string) => library.repositories.of(Patient).erase(uuid as never);

test('a place of the application forgets with every erasure, whoever erases', async () => {
  const uuid = await aPatient();
  expect(await found()).toContain('ward.notes.note');
  const may = `SELECT has_table_privilege('${role}', 'ward.notes', 'UPDATE') AS may`;
  expect(await sql(library, may)).toEqual([{ may: false }]);
  await library.database.withSettings({ role }, () => erase(uuid));
  expect(await found()).toEqual([]);
});

test('a table that the eraser puts in front of the intended one is not mistaken for it', async () => {
  const uuid = await aPatient();
  await library.database.transaction(async ({ queryRunner }) => {
    const query = (text: string) => queryRunner!.query(text);
    await query('CREATE TEMP TABLE notes (patient_uuid uuid, note text) ON COMMIT DROP');
    await query(`INSERT INTO dual_id.erasures (uuid) VALUES ('${uuid}')`);
    expect(await columnsWith(query, wordsOfPatient)).not.toContain('ward.notes.note');
  });
  await erase(uuid);
  expect(await found()).toEqual([]);
});

test('a dropped place forgets nobody any more, and a failing one erases nobody', async () => {
  const uuid = await aPatient();
  await sql(library, 'ALTER TABLE ward.notes RENAME note TO remark');
  await expect(erase(uuid)).rejects.toMatchObject({ code: 'internal' });
  expect(await found()).toContain('patients.name');
  await dropPersonalPlace(library.dataSource, notes);
  await erase(uuid);
  expect(await found()).toEqual(['ward.notes.remark']);
});
