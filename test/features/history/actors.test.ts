import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { GroupCommit, statement } from 'nest-dual-id';
import type { Database } from 'nest-dual-id';
import type { Staff } from './staff.js';
import { openStaff, Person, PersonView } from './staff.js';

const callers = new AsyncLocalStorage<string>();
const as = <T>(actor: string | undefined, work: () => T): T =>
  actor === undefined ? callers.exit(work) : callers.run(actor, work);

let office: Staff;
let database: Database;
let repositories: Staff['repositories'];
let create: Staff['create'];
let actors: Staff['actors'];
beforeAll(async () => {
  office = await openStaff(() => callers.getStore(), [{ table: 'people', keep: 'rows' }]);
  ({ database, repositories, create, actors } = office);
});
afterAll(() => office.stop());
beforeEach(() => office.sql('DELETE FROM people'));

const people = () => repositories.of(Person);

test('200 callers at once keep their own actors, though they share statements', async () => {
  const wanted = Array.from({ length: 200 }, (_, index) => {
    const actor = index % 5 === 0 ? undefined : randomUUID();
    return [`caller ${index} ${randomUUID()}`, actor] as const;
  });
  const { groups } = database.counts();
  await Promise.all(
    wanted.map(async ([name, actor], index) => {
      await sleep(index % 7);
      await as(actor, () => create(name));
    }),
  );
  const logged = await actors();
  expect(wanted.map(([name]) => logged[name])).toEqual(wanted.map(([, actor]) => actor ?? null));
  expect(database.counts().groups).toBeGreaterThan(groups!);
});

test('a change and a delete outside of a transaction keep their actors', async () => {
  const [ada, bob, eve] = [randomUUID(), randomUUID(), randomUUID()];
  const { uuid } = await as(ada, () => create('first'));
  await as(bob, () => people().update(PersonView, uuid, { name: 'second' }));
  await as(eve, () => people().remove(uuid));
  const rows = await office.sql(
    'SELECT actor FROM dual_id.changes WHERE uuid = $1 ORDER BY change_id',
    [uuid],
  );
  expect(rows).toEqual([{ actor: ada }, { actor: bob }, { actor: eve }]);
});

describe('inside one transaction', () => {
  test('each write has the actor that asked for it, also side by side and behind savepoints', async () => {
    const [ada, bob, eve] = [randomUUID(), randomUUID(), randomUUID()];
    await as(ada, () =>
      database.transaction(async () => {
        await create('by ada');
        await as(bob, () => create('by bob'));
        const failing = as(eve, () =>
          database.transaction(async () => {
            await create('by eve, undone');
            throw new Error('undone');
          }),
        );
        await failing.catch(() => undefined);
        await create('by ada again');
        await as(eve, () => database.transaction(() => create('by eve')));
        await create('by ada after eve');
        await as(undefined, () => database.transaction(() => create('by nobody inside')));
        await as(undefined, () => create('by nobody'));
        await Promise.all(
          [ada, bob, eve].flatMap((actor) =>
            [1, 2].map((one) => as(actor, () => create(`${actor} ${one}`))),
          ),
        );
      }),
    );
    const logged = await actors();
    expect(logged).toMatchObject({
      'by ada': ada,
      'by bob': bob,
      'by ada again': ada,
      'by eve': eve,
      'by ada after eve': ada,
      'by nobody inside': null,
      'by nobody': null,
    });
    for (const actor of [ada, bob, eve]) {
      expect([logged[`${actor} 1`], logged[`${actor} 2`]]).toEqual([actor, actor]);
    }
    expect(logged).not.toHaveProperty('by eve, undone');
  });

  test('what TypeORM writes has an actor too', async () => {
    const ada = randomUUID();
    await as(ada, () =>
      database.transaction(async (manager) => {
        await manager.insert(Person, { uuid: randomUUID() as never, name: 'by TypeORM' });
      }),
    );
    expect(await actors()).toMatchObject({ 'by TypeORM': ada });
  });
});

test('tasks that name no row share a transaction only with those of the same actor', async () => {
  const insert = statement('INSERT INTO people (name) SELECT unnest($1::text[])');
  const sizes: number[] = [];
  const group = new GroupCommit<string, true>(database, {
    together: async (names) => {
      sizes.push(names.length);
      await database.transaction(() => database.execute(insert, [names]));
      return names.map(() => true as const);
    },
    alone: async (name) => {
      await database.execute(insert, [[name]]);
      return true;
    },
  });
  const two = [randomUUID(), randomUUID()];
  const names = Array.from(
    { length: 40 },
    (_, index) => [`task ${index} ${randomUUID()}`, two[index % 2]!] as const,
  );
  await Promise.all(names.map(([name, actor]) => as(actor, () => group.run(name))));
  const logged = await actors();
  expect(names.map(([name]) => logged[name])).toEqual(names.map(([, actor]) => actor));
  expect(Math.max(...sizes)).toBeGreaterThan(1);
});

test('a provider that returns something else than a UUID fails the write', async () => {
  await expect(as('admin', () => create('x'))).rejects.toMatchObject({ code: 'misuse' });
  expect(await office.sql('SELECT FROM people')).toHaveLength(0);
});

test('raw SQL of others is logged without an actor', async () => {
  await office.sql(`INSERT INTO people (name) VALUES ('by psql')`);
  expect(await actors()).toMatchObject({ 'by psql': null });
});
