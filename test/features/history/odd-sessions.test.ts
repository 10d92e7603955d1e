import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Office } from './office.js';
import { changesOf, openOffice } from './office.js';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.stop());

test('a table with forced row-level security is logged for the role that may write a row', async () => {
  await office.asOwner(`ALTER TABLE roles ENABLE ROW LEVEL SECURITY;
    ALTER TABLE roles FORCE ROW LEVEL SECURITY;
    ALTER TABLE person_roles ENABLE ROW LEVEL SECURITY;
    ALTER TABLE person_roles FORCE ROW LEVEL SECURITY;
    CREATE POLICY seen ON roles TO test_application USING (name <> 'unseen');
    CREATE POLICY seen ON person_roles TO test_application USING (true)`);
  await office.sql(`INSERT INTO roles (uuid, name) VALUES (gen_random_uuid(), 'clerk')`);
  await office.sql(`UPDATE roles SET name = 'chief'`);
  await office.sql(`WITH made AS (INSERT INTO people (name) VALUES ('Ada') RETURNING id)
    INSERT INTO notes SELECT id, 'made' FROM made`);
  await office.sql('INSERT INTO person_roles SELECT p.id, r.uuid FROM people p, roles r');
  await office.sql('DELETE FROM person_roles');
  await office.sql('DELETE FROM roles');
  expect(await changesOf(office, 'roles')).toMatchObject([
    { operation: 'I', new: { name: 'clerk' } },
    { operation: 'U', old: { name: 'clerk' }, new: { name: 'chief' } },
    { operation: 'D', old: { name: 'chief' } },
  ]);
  const [role] = await changesOf(office, 'roles');
  expect(await changesOf(office, 'person_roles')).toMatchObject([
    { operation: 'I', related_uuid: role!.uuid },
    { operation: 'D', related_uuid: role!.uuid },
  ]);
});

test('a transaction that a deferred constraint refuses at its end leaves no change', async () => {
  await office.asOwner(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'refused at the end'; END $$;
    CREATE CONSTRAINT TRIGGER refused AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.moment = 'bad') EXECUTE FUNCTION refuse()`);
  const seen = (await changesOf(office, 'notes')).length;
  const writes = office.owner.transaction(async (runner) => {
    await runner.query(`INSERT INTO notes VALUES (500, 'bad')`);
    const [row] = await runner.query(
      'SELECT count(*)::integer AS n FROM dual_id.changes WHERE record_id = 500',
    );
    expect(row).toEqual({ n: 1 });
  });
  await expect(writes).rejects.toThrow('refused at the end');
  expect((await changesOf(office, 'notes')).slice(seen)).toEqual([]);
});

test('serializable transactions on different rows do not fail because of the log', async () => {
  await office.sql('INSERT INTO notes SELECT g FROM generate_series(1000, 1040) g');
  const open = async (id: number) => {
    const runner = office.owner.createQueryRunner();
    await runner.startTransaction('SERIALIZABLE');
    await runner.query(`UPDATE notes SET actor = 'a' WHERE id = ${id}`);
    return runner;
  };
  for (let id = 1000; id < 1040; id += 4) {
    const runners = await Promise.all([0, 1, 2, 3].map((at) => open(id + at)));
    await Promise.all(
      runners.map(async (runner) => {
        await runner.commitTransaction();
        await runner.release();
      }),
    );
  }
  const updates = (await changesOf(office, 'notes')).filter((one) => one.operation === 'U');
  expect(updates).toHaveLength(40);
});
