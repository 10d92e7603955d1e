import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { statement } from 'nest-dual-id';
import type { Database } from 'nest-dual-id';
import { changesOf } from './office.js';
import type { Staff } from './staff.js';
import { openStaff } from './staff.js';

/** What the provider does for whoever asks. */
const callers = new AsyncLocalStorage<() => unknown>();
const as = <T>(actor: unknown, work: () => T): T => callers.run(() => actor, work);

let office: Staff;
let database: Database;
let create: Staff['create'];
let actors: Staff['actors'];
beforeAll(async () => {
  office = await openStaff(() => callers.getStore()?.() as string | undefined);
  ({ database, create, actors } = office);
});
afterAll(() => office.stop());

test.each([null, 7, '7', '', {}, Promise.resolve('x'), `${randomUUID()} `])(
  'an actor that is no UUID fails the write: %p',
  async (value) => {
    await expect(as(value, () => create('x'))).rejects.toMatchObject({ code: 'misuse' });
    const inside = as(value, () => database.transaction(() => create('x')));
    await expect(inside).rejects.toMatchObject({ code: 'misuse' });
  },
);

test('a provider that throws fails the write that asked, and no other', async () => {
  const lost = <T>(work: () => T) =>
    callers.run(() => {
      throw new Error('no context');
    }, work);
  const some = (name: string) => [1, 2, 3].map((n) => as(randomUUID(), () => create(name + n)));
  const all = [...some('before'), lost(() => create('lost')), ...some('after')];
  const outcomes = await Promise.allSettled(all);
  expect(outcomes.flatMap(({ status }, at) => (status === 'rejected' ? [at] : []))).toEqual([3]);
  await expect(all[3]).rejects.toThrow('no context');
});

test('an actor stays after a savepoint of SQL was rolled back', async () => {
  const ada = randomUUID();
  await as(ada, () =>
    database.transaction(async (manager) => {
      await manager.query('SAVEPOINT mine');
      await create('undone');
      await manager.query('ROLLBACK TO SAVEPOINT mine');
      await create('after it');
      await manager.query('SAVEPOINT mine');
      await as(undefined, () => create('undone too'));
      await database.execute(statement('rollback work to mine'));
      await manager.query(`INSERT INTO people (name) VALUES ('by SQL after it')`);
    }),
  );
  expect(await actors()).toMatchObject({ 'after it': ada, 'by SQL after it': ada });
});

test('what triggers of the application write for a create has its actor', async () => {
  await office.asOwner(`CREATE FUNCTION note_person() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO notes (id, moment) VALUES (NEW.id, NEW.name); RETURN NULL; END $$;
    CREATE TRIGGER noted AFTER INSERT ON people FOR EACH ROW EXECUTE FUNCTION note_person()`);
  const ada = randomUUID();
  await Promise.all([1, 2, 3].map((n) => as(ada, () => create(`noted ${n}`))));
  const notes = await changesOf(office, 'notes');
  expect(notes.map(({ actor }) => actor)).toEqual([ada, ada, ada]);
});
