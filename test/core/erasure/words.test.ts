import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import type { Library } from '../../support/library/library.js';
import { openLibrary, sql } from '../../support/library/library.js';
import { inputOf, makePatients, Patient, PatientView, Visitor } from '../../support/patients.js';

let library: Library;
beforeAll(async () => {
  library = await openLibrary({}, [Patient, Visitor], makePatients);
});
afterAll(() => library.close());

const patients = () => library.repositories.of(Patient);
const aPatient = async (name: string) =>
  (await patients().create(PatientView, inputOf(name) as never)).uuid;
const timesKept = async (word: string) =>
  (await sql(library, `SELECT FROM dual_id.name_words WHERE word = '${word}'`)).length;
const isNoted = async (word: string) =>
  (await sql(library, `SELECT FROM dual_id.released_words WHERE word = '${word}'`)).length > 0;

describe('a word of an erased name', () => {
  test('stays if somebody else has it', async () => {
    const [one] = [await aPatient('Anna Brandt'), await aPatient('Berta Brandt')];
    await patients().erase(one);
    expect([await timesKept('anna'), await timesKept('brandt')]).toEqual([0, 1]);
  });

  test('comes back if somebody got it whom the snapshot of the erasure could not see', async () => {
    const uuid = await aPatient('Clara Curtius');
    await library.database.transaction(async ({ queryRunner }) => {
      await queryRunner!.query('SELECT FROM dual_id.passports LIMIT 1');
      await outside(async (other) => {
        await other.query(named('Carl Curtius'));
      });
      await patients().erase(uuid);
      const seen = `SELECT FROM dual_id.name_words WHERE word = 'curtius'`;
      expect(await queryRunner!.query(seen)).toEqual([]);
    }, 'REPEATABLE READ');
    await until(async () => (await timesKept('curtius')) === 1);
    expect(await timesKept('clara')).toBe(0);
  });

  test('is removed by the next erasure if the one who held it meanwhile did not take it', async () => {
    const uuid = await aPatient('Dora Dietrich');
    await outside(async (other) => {
      await other.startTransaction();
      await other.query(named('Dirk Dietrich'));
      await patients().erase(uuid);
      await other.rollbackTransaction();
    });
    expect([await timesKept('dietrich'), await isNoted('dietrich')]).toEqual([1, true]);
    await patients().erase(await aPatient('Emil Ernst'));
    expect([await timesKept('dietrich'), await isNoted('dietrich')]).toEqual([0, false]);
  });

  test('is removed when the last two who have it are erased at once', async () => {
    const uuids = [await aPatient('Fritz Falk'), await aPatient('Franz Falk')];
    await outside(async (other) => {
      await other.startTransaction();
      await other.query(`UPDATE patients SET name = '' WHERE uuid = '${uuids[0]}'`);
      await patients().erase(uuids[1]!);
      await other.commitTransaction();
    });
    await patients().erase(uuids[0]!);
    expect([await timesKept('falk'), await isNoted('falk')]).toEqual([0, false]);
  });
});

const named = (name: string) =>
  `INSERT INTO patients (name, home_street, contact_email, contact_twitter, history, aliases, secret)
   VALUES ('${name}', '', '', '', '{}', '{}', '')`;

/** Does something on a separate connection. */
async function outside(work: (runner: QueryRunner) => Promise<void>): Promise<void> {
  const runner = library.dataSource.createQueryRunner();
  try {
    await work(runner);
  } finally {
    await runner.release();
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('It never came to hold.');
}
