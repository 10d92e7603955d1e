import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { addHistory } from 'nest-dual-id/history';
import type { Change } from 'nest-dual-id/history';
import type { FeedOffice } from './feed-office.js';
import { drain, openFeedOffice, take } from './feed-office.js';

let office: FeedOffice;
beforeEach(async () => {
  office = await openFeedOffice();
});
afterEach(() => office.stop());

/** A detail of a person and of an order, whose integer ids are the same. */
async function visits() {
  await office.asOwner(`CREATE TABLE visits (person_id bigint REFERENCES people,
    order_id bigint REFERENCES orders, day integer, PRIMARY KEY (person_id, order_id, day))`);
  const [person] = await office.sql<{ id: string; uuid: string }>(
    `INSERT INTO people (id, name) VALUES (7, 'Ada') RETURNING id, uuid`,
  );
  const [order] = await office.sql<{ id: string; uuid: string }>(
    'INSERT INTO orders (id, person_id) VALUES (7, 7) RETURNING id, uuid',
  );
  return { person: person!.uuid, order: order!.uuid };
}

const attach = (record: string) =>
  office.owner.transaction((runner) =>
    addHistory(runner, { table: 'visits', keep: 'ids', record }),
  );
const visit = (day: number) => office.asOwner(`INSERT INTO visits VALUES (7, 7, ${day})`);
const parentsOf = (changes: readonly Change[]) => changes.map(({ parentUuid }) => parentUuid);

test('a change keeps the parent of its time while a reader follows a table that gets another', async () => {
  const { person, order } = await visits();
  await attach('person_id');
  const { offset } = await office.feed.snapshot();
  await visit(1);
  await visit(2);
  const stopping = new AbortController();
  const { signal } = stopping;
  const reader = office.feed.follow(offset, { tables: ['visits'], signal, size: 1, maxPause: 10 });
  const next = async () => {
    for (;;) {
      const { value } = await reader.next();
      const [change] = value!.changes;
      if (change) return { change, offset: value!.offset };
    }
  };
  const first = await next();
  await attach('order_id');
  await visit(3);
  const [second, third] = [await next(), await next()];
  await attach('person_id');
  await visit(4);
  const fourth = await next();
  stopping.abort();
  await reader.return();
  const wanted = [person, person, order, person];
  expect(parentsOf([first, second, third, fourth].map(({ change }) => change))).toEqual(wanted);
  const fresh = await office.instance();
  for (const [at, from] of [offset, first.offset, second.offset, third.offset].entries()) {
    const again = await drain(fresh.feed, from, { tables: ['visits'] });
    expect(parentsOf(again.changes)).toEqual(wanted.slice(at));
  }
});

test('a table that gets a parent after it was logged has none in its older changes', async () => {
  await office.asOwner(
    'CREATE TABLE visits (order_id bigint, day integer, PRIMARY KEY (order_id, day))',
  );
  await office.owner.transaction((runner) => addHistory(runner, { table: 'visits', keep: 'ids' }));
  const { offset } = await office.feed.snapshot();
  await office.sql(`INSERT INTO people (id, name) VALUES (7, 'Ada')`);
  const [order] = await office.sql<{ uuid: string }>(
    'INSERT INTO orders (id, person_id) VALUES (7, 7) RETURNING uuid',
  );
  await office.asOwner('INSERT INTO visits VALUES (7, 1)');
  await office.asOwner('ALTER TABLE visits ADD FOREIGN KEY (order_id) REFERENCES orders');
  await attach('order_id');
  await office.asOwner('INSERT INTO visits VALUES (7, 2)');
  const { changes } = await take(office.feed, offset, 2, { tables: ['visits'] });
  expect(parentsOf(changes)).toEqual([null, order!.uuid]);
});

test.each([
  ['the registry does not know', 'id bigint PRIMARY KEY, uuid uuid'],
  ['has no public id', 'id bigint PRIMARY KEY'],
])('a detail row of a parent that %s is handed out without its parent', async (_what, columns) => {
  await office.asOwner(`CREATE TABLE shops (${columns});
    CREATE TABLE visits (shop_id bigint REFERENCES shops, day integer, PRIMARY KEY (shop_id, day))`);
  await attach('shop_id');
  const { offset } = await office.feed.snapshot();
  await office.sql(`INSERT INTO people (id, name) VALUES (7, 'Ada')`);
  await office.asOwner('INSERT INTO shops (id) VALUES (7); INSERT INTO visits VALUES (7, 1)');
  const { changes } = await take(office.feed, offset, 1, { tables: ['visits'] });
  expect(parentsOf(changes)).toEqual([null]);
  expect(changes[0]).toMatchObject({ recordId: '7', recordKey: { day: 1 } });
});

test('the other side of a join table has its public id though the registry does not know it', async () => {
  await office.asOwner(`CREATE TABLE shops (id bigint PRIMARY KEY, uuid uuid);
    CREATE TABLE visits (person_id bigint REFERENCES people, shop_id bigint REFERENCES shops,
      PRIMARY KEY (person_id, shop_id))`);
  await office.owner.transaction((runner) =>
    addHistory(runner, { table: 'visits', keep: 'ids', record: 'person_id', related: 'shop_id' }),
  );
  const { offset } = await office.feed.snapshot();
  const shop = '00000000-0000-4000-8000-000000000007';
  await office.sql(`INSERT INTO people (id, name) VALUES (7, 'Ada')`);
  await office.asOwner(`INSERT INTO shops VALUES (7, '${shop}'); INSERT INTO visits VALUES (7, 7)`);
  const { changes } = await take(office.feed, offset, 1, { tables: ['visits'] });
  expect(changes[0]!.relatedUuid).toBe(shop);
});
