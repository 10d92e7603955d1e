import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Isolation } from 'nest-dual-id';
import type { Library } from '../../support/library/library.js';
import { asSuperuser, openLibrary, sql } from '../../support/library/library.js';
import { columnsWith } from '../../support/find-person.js';
import {
  inputOf,
  makePatients,
  Patient,
  PatientView,
  Visitor,
  VisitorView,
  wordsOfPatient,
} from '../../support/patients.js';

let library: Library;
beforeAll(async () => {
  library = asSuperuser(await openLibrary({}, [Patient, Visitor], makePatients));
});
afterAll(() => library.close());

const patients = () => library.repositories.of(Patient);
const visitors = () => library.repositories.of(Visitor);
const aPatient = async (name?: string) =>
  (await patients().create(PatientView, inputOf(name) as never)).uuid;
const aVisitor = async (name: string) => (await visitors().create(VisitorView, { name })).uuid;
const found = (words: readonly string[] = wordsOfPatient) =>
  columnsWith((text) => sql(library, text), words);
const erasures = (uuid: string) =>
  sql(library, `SELECT erased_at FROM dual_id.erasures WHERE uuid = '${uuid}'`);

const places = [
  'dual_id.name_words.word',
  'dual_id.passports.name',
  'dual_id.passports.search_key',
  'dual_id.passports.search_words',
  'patients.aliases',
  'patients.contact_email',
  'patients.contact_phone',
  'patients.contact_twitter',
  'patients.history',
  'patients.home_door_code',
  'patients.home_street',
  'patients.name',
  'patients.photo',
  'patients.secret',
];

describe.each<Isolation>(['READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE'])(
  'a person erased in a transaction that is %s',
  (isolation) => {
    test('is in no column of the database before it commits, nor after', async () => {
      const uuid = await aPatient();
      await sql(
        library,
        `UPDATE dual_id.passports SET description = 'Zebulon' WHERE uuid = '${uuid}'`,
      );
      expect(await found()).toEqual([...places, 'dual_id.passports.description'].sort());
      await library.database.transaction(async ({ queryRunner }) => {
        await patients().erase(uuid);
        const query = (text: string) => queryRunner!.query(text);
        expect(await columnsWith(query, wordsOfPatient)).toEqual([]);
      }, isolation);
      expect(await found()).toEqual([]);
      const [row] = await sql(library, `SELECT * FROM patients WHERE uuid = '${uuid}'`);
      expect(row).toMatchObject({
        name: '',
        home_street: '?',
        home_door_code: null,
        home_door_floor: 3,
        contact_email: `${uuid}@example.invalid`,
        contact_twitter: 'nobody',
        contact_phone: null,
        history: {},
        aliases: [],
        photo: null,
        secret: 'knalb',
        ward: 1,
        version: 2,
      });
    });

    test('is erased as well after the row was deleted, in a transaction like it', async () => {
      const uuid = await aPatient();
      await library.database.transaction(() => patients().remove(uuid), isolation);
      expect(await found()).toContain('patients.name');
      await library.database.transaction(async ({ queryRunner }) => {
        await patients().erase(uuid);
        const query = (text: string) => queryRunner!.query(text);
        expect(await columnsWith(query, wordsOfPatient)).toEqual([]);
      }, isolation);
      expect(await erasures(uuid)).toHaveLength(1);
    });

    test('has no former name either', async () => {
      const uuid = await aPatient();
      for (const name of ['Jones', 'Smith']) {
        const rename = `UPDATE patients SET name = '${name}' WHERE uuid = '${uuid}'`;
        await library.database.transaction(
          ({ queryRunner }) => queryRunner!.query(rename),
          isolation,
        );
      }
      await patients().erase(uuid);
      expect(await found([...wordsOfPatient, 'jones', 'smith'])).toEqual([]);
    });
  },
);

describe('erasing', () => {
  test('covers what a permanently deleted row left behind', async () => {
    const uuid = await aPatient();
    await sql(library, `DELETE FROM patients WHERE uuid = '${uuid}'`);
    expect(await found()).toContain('dual_id.passports.name');
    await patients().erase(uuid);
    expect(await found()).toEqual([]);
  });

  test('once more changes nothing, and blanks what came back', async () => {
    const uuid = await aPatient();
    await patients().erase(uuid);
    const first = await erasures(uuid);
    await sql(library, `UPDATE patients SET name = 'Zebulon' WHERE uuid = '${uuid}'`);
    expect(await found()).toEqual(['patients.name']);
    await patients().erase(uuid);
    expect(await found()).toEqual([]);
    expect(await erasures(uuid)).toEqual(first);
  });

  test('applies to the version that was seen, or to nobody', async () => {
    const uuid = await aPatient('Wolfgang');
    await expect(patients().erase(uuid, 7)).rejects.toMatchObject({
      code: 'version_mismatch',
      details: { currentVersion: 1 },
    });
    expect((await patients().get(PatientView, uuid)).name).toBe('Wolfgang');
    await patients().erase(uuid, 1);
    await patients().erase(uuid, 1);
    const visitor = await aVisitor('Walburga');
    await expect(visitors().erase(visitor, 1)).rejects.toMatchObject({ code: 'version_mismatch' });
  });

  test('accepts any format of a public id, and refuses an invalid one', async () => {
    const uuid = await aPatient();
    await patients().resolve(uuid);
    await patients().erase(uuid.toUpperCase() as typeof uuid);
    expect(await patients().exists(uuid)).toBe(false);
    await expect(patients().erase('nonsense' as never)).rejects.toMatchObject({
      code: 'not_found',
    });
    const nobody = '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e';
    await expect(patients().erase(nobody as never)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('by two at once succeeds for both', async () => {
    const uuid = await aPatient();
    await Promise.all([1, 2, 3, 4].map(() => patients().erase(uuid)));
    expect(await found()).toEqual([]);
  });

  test('is undone with the transaction it was part of', async () => {
    const uuid = await aPatient('Walther');
    const failing = library.database.transaction(async () => {
      await patients().erase(uuid);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect((await patients().get(PatientView, uuid)).name).toBe('Walther');
    await patients().erase(uuid);
  });
});

describe('an erased person', () => {
  test('is not restored, whoever tries, and gets no name', async () => {
    const uuid = await aPatient();
    await patients().erase(uuid);
    const byTypeOrm = library.dataSource.getRepository(Patient).restore({ uuid } as never);
    const error = await byTypeOrm.catch((cause: unknown) => library.database.translate(cause));
    expect(error).toMatchObject({ code: 'gone' });
    const bySql = sql(library, `UPDATE patients SET deleted_at = NULL WHERE uuid = '${uuid}'`);
    await expect(bySql).rejects.toThrow('does not come back');
    const passport = `UPDATE dual_id.passports SET name = 'Zebulon', natural_key = 'Zebulon',
      description = 'Zebulon' WHERE uuid = '${uuid}'`;
    await sql(library, passport);
    expect(await found()).toEqual([]);
    await patients().erase(uuid);
  });

  test('outside the registry may come back anonymously, and is erased again', async () => {
    const uuid = await aVisitor('Zebulon');
    await visitors().erase(uuid);
    expect(await found()).toEqual([]);
    await library.dataSource.getRepository(Visitor).restore({ uuid } as never);
    expect(await visitors().get(VisitorView, uuid)).toEqual({ uuid, name: '' });
    await visitors().erase(uuid);
    await expect(visitors().get(VisitorView, uuid)).rejects.toMatchObject({ code: 'gone' });
  });

  test('who was only deleted is restored as before', async () => {
    const uuid = await aPatient('Wilhelmine');
    await patients().remove(uuid);
    await sql(library, `UPDATE patients SET deleted_at = NULL WHERE uuid = '${uuid}'`);
    expect((await patients().get(PatientView, uuid)).name).toBe('Wilhelmine');
  });
});
