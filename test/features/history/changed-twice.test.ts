import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { addHistory } from 'nest-dual-id/history';
import { openGround } from './dml-ground.js';
import type { LoggedChange, Office } from './office.js';
import { changesOf } from './office.js';

let office: Office;
let seen: number;
beforeAll(async () => {
  office = await openGround();
});
afterAll(() => office.stop());
beforeEach(async () => {
  await office.sql('DELETE FROM people');
  await office.asOwner('DELETE FROM desks');
  await office.sql('DELETE FROM notes');
  await office.sql(`INSERT INTO people (name) VALUES ('Ada'), ('Grace')`);
});
const note = async (table: string) => {
  seen = (await changesOf(office, table)).length;
};
const changes = async (table: string): Promise<LoggedChange[]> =>
  (await changesOf(office, table)).slice(seen);

test('a row that two foreign keys change in one statement has one change, from first to last', async () => {
  await office.sql(
    `INSERT INTO desks (id, label, owner_id, guest_id) SELECT 1, 'x', min(id), max(id) FROM people`,
  );
  await office.sql(
    `INSERT INTO desks (id, label, owner_id, guest_id) SELECT 2, 'x', min(id), min(id) FROM people`,
  );
  const rows = await office.sql(
    'SELECT owner_id::integer, guest_id::integer FROM desks ORDER BY id',
  );
  await note('desks');
  await office.sql('DELETE FROM people');
  const none = { owner_id: null, guest_id: null };
  const found = (await changes('desks')).toSorted(
    (a, b) => Number(a.record_id) - Number(b.record_id),
  );
  expect(found).toMatchObject([
    { operation: 'U', record_id: '1', old: rows[0], new: none },
    { operation: 'U', record_id: '2', old: rows[1], new: none },
  ]);
  expect(found.map((one) => Object.keys(one.old!).length)).toEqual([2, 2]);
});

test('a row that a statement changes and deletes by foreign keys is gone in the log too', async () => {
  await office.asOwner(`CREATE TABLE seats (id integer PRIMARY KEY,
    host_id bigint REFERENCES people ON DELETE CASCADE,
    guest_id bigint REFERENCES people ON DELETE SET NULL)`);
  await office.owner.transaction((runner) => addHistory(runner, { table: 'seats', keep: 'rows' }));
  await office.asOwner(`INSERT INTO seats SELECT 1, max(id), min(id) FROM people`);
  await office.asOwner(`INSERT INTO seats SELECT 2, min(id), max(id) FROM people`);
  await office.sql('DELETE FROM people');
  const operations = (await changesOf(office, 'seats')).map((one) => one.operation);
  expect(operations).toEqual(['I', 'I', 'D', 'D']);
});

test('a row whose own integer key changes is one that went and one that came', async () => {
  await office.sql(`INSERT INTO notes VALUES (1, 'a'), (3, 'b')`);
  await note('notes');
  await office.sql('UPDATE notes SET id = id + 1');
  expect(await changes('notes')).toMatchObject([
    { operation: 'D', record_id: '1' },
    { operation: 'D', record_id: '3' },
    { operation: 'I', record_id: '2' },
    { operation: 'I', record_id: '4' },
  ]);
});

test('a row that a statement deletes and inserts again has both changes in this order', async () => {
  await office.sql(`INSERT INTO notes VALUES (5, 'a')`);
  await note('notes');
  await office.sql(
    `WITH gone AS (DELETE FROM notes RETURNING *) INSERT INTO notes SELECT id, 'b' FROM gone`,
  );
  expect(await changes('notes')).toMatchObject([{ operation: 'D' }, { operation: 'I' }]);
});
