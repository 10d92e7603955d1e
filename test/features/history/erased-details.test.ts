import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addPersonalPlace } from 'nest-dual-id';
import { addHistory } from 'nest-dual-id/history';
import type { Office } from './office.js';
import { changesOf, openOffice } from './office.js';

/** Rows of a person in other tables, and what an erasure does to them. */
const forget = {
  addresses: 'DELETE FROM addresses WHERE person_id =',
  visits: `UPDATE visits SET place = 'gone', note = NULL WHERE person_id =`,
  subscriptions: `UPDATE subscriptions SET mail = 'gone', note = NULL WHERE person_id =`,
  badges: `UPDATE badges SET note = 'gone' WHERE note IS NOT NULL AND person_id =`,
};
const tables = Object.keys(forget) as (keyof typeof forget)[];

let office: Office;
let person: number;
beforeAll(async () => {
  office = await openOffice([]);
  await office.asOwner(`
    CREATE TABLE addresses (person_id bigint REFERENCES people, kind text, street text,
      PRIMARY KEY (person_id, kind));
    CREATE TABLE visits (person_id bigint REFERENCES people, place text, note text,
      PRIMARY KEY (person_id, place)) PARTITION BY LIST (place);
    CREATE TABLE visits_gone PARTITION OF visits FOR VALUES IN ('gone');
    CREATE TABLE visits_rest PARTITION OF visits DEFAULT;
    CREATE TABLE subscriptions (person_id bigint REFERENCES people, mail text, note text,
      PRIMARY KEY (person_id, mail));
    CREATE TABLE badges (person_id bigint REFERENCES people, role_uuid uuid REFERENCES roles,
      note text, PRIMARY KEY (person_id, role_uuid))`);
  await office.owner.transaction(async (runner) => {
    for (const table of tables) {
      const related = table === 'badges' ? { related: 'role_uuid' } : {};
      await addHistory(runner, { table, keep: 'rows', ...related });
      const person = '(SELECT id FROM people WHERE uuid = NEW.uuid)';
      await addPersonalPlace(runner, { name: table, forget: `${forget[table]} ${person}` });
    }
  });
  person = await insertPerson('Ada');
  const other = await insertPerson('Grace');
  for (const [id, name] of [
    [person, 'Ada'],
    [other, 'Grace'],
  ]) {
    await office.asOwner(`
      INSERT INTO addresses VALUES (${id}, 'home', 'first of ${name}');
      UPDATE addresses SET street = 'street of ${name}' WHERE person_id = ${id};
      INSERT INTO visits VALUES (${id}, 'inn', 'visit of ${name}');
      INSERT INTO subscriptions VALUES (${id}, 'mail', 'mail of ${name}')`);
  }
  await office.asOwner(`INSERT INTO roles (uuid, name) VALUES
      (gen_random_uuid(), 'clerk'), (gen_random_uuid(), 'guard');
    INSERT INTO badges SELECT ${person}, uuid, CASE name WHEN 'clerk' THEN 'badge of Ada' END
      FROM roles`);
  await office.asSuperuser(
    `INSERT INTO dual_id.erasures (uuid) SELECT uuid FROM people WHERE id = ${person}`,
  );
});
afterAll(() => office.stop());

async function insertPerson(name: string): Promise<number> {
  const [row] = await office.asOwner<{ id: string }>(
    `INSERT INTO people (name) VALUES ('${name}') RETURNING id`,
  );
  return Number(row!.id);
}

/** Operations on rows of the person, with the images before and after. */
const imagesOf = async (table: string) =>
  (await changesOf(office, table))
    .filter(({ record_id }) => Number(record_id) === person)
    .map((change) => [change.operation, change.old, change.new]);

test('no image of a row stays that an erasure deletes', async () => {
  expect(await imagesOf('addresses')).toEqual([
    ['I', null, null],
    ['U', null, null],
    ['D', null, null],
  ]);
});

test.each([
  ['moves to another partition', 'visits', 'place'],
  ['gives another key', 'subscriptions', 'mail'],
])('only the newest image stays of a row that an erasure %s', async (_, table, key) => {
  expect(await imagesOf(table)).toEqual([
    ['I', null, null],
    ['D', null, null],
    ['I', null, { person_id: person, note: null, [key]: 'gone' }],
  ]);
});

test('rows of a join table beside the one that an erasure changes keep their images', async () => {
  expect((await imagesOf('badges')).map(([operation, , image]) => [operation, image])).toEqual([
    ['I', expect.objectContaining({ note: 'gone' })],
    ['I', expect.objectContaining({ note: null })],
    ['U', expect.objectContaining({ note: 'gone' })],
  ]);
});

test('rows of other people keep their images', async () => {
  const journal = JSON.stringify(await Promise.all(tables.map((one) => changesOf(office, one))));
  expect(journal.match(/(?:first|street|visit|mail) of Grace/g)).toHaveLength(5);
  expect(journal).not.toMatch(/of Ada/);
});
