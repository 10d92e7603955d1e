import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addHistory } from 'nest-dual-id/history';
import { inspect } from 'node:util';
import type { FeedOffice } from './feed-office.js';
import { drain, linesOf, openFeedOffice, take } from './feed-office.js';

let office: FeedOffice;
beforeAll(async () => {
  office = await openFeedOffice();
});
afterAll(() => office.stop());

test('a change has public ids, and its internal ones cannot leave by accident', async () => {
  const { offset } = await office.feed.snapshot();
  const [person] = await office.sql<{ id: string; uuid: string }>(
    `INSERT INTO people (id, name) VALUES (9007199254740993, 'Ada') RETURNING id, uuid`,
  );
  const { changes } = await take(office.feed, offset, 1);
  const [change] = changes;
  expect({ ...change }).toEqual({
    schema: 'public',
    table: 'people',
    operation: 'insert',
    uuid: person!.uuid,
    parentUuid: null,
    relatedUuid: null,
    actor: null,
    occurredAt: expect.any(Date),
  });
  expect(change!.recordId).toBe(person!.id);
  expect(change!.changeId).toMatch(/^\d+$/);
  for (const shown of [JSON.stringify(change), JSON.stringify({ ...change }), inspect(change)])
    expect(shown).not.toContain(person!.id);
});

test('a row of a join table has the public id of its other side', async () => {
  const [role] = await office.sql<{ id: string }>(
    `INSERT INTO roles (uuid, name) VALUES (gen_random_uuid(), 'clerk') RETURNING uuid AS id`,
  );
  const [person] = await office.sql<{ id: string; uuid: string }>(
    `INSERT INTO people (name) VALUES ('Bea') RETURNING id, uuid`,
  );
  const { offset } = await office.feed.snapshot();
  await office.sql('INSERT INTO person_roles VALUES ($1, $2)', [person!.id, role!.id]);
  const { changes } = await take(office.feed, offset, 1);
  const { uuid: parentUuid } = person!;
  const relatedUuid = role!.id;
  expect(changes[0]).toMatchObject({ table: 'person_roles', uuid: null, parentUuid, relatedUuid });
  expect(changes[0]!.recordId).toBe(person!.id);
});

test('a detail row has the public id of its parent, also of one that is gone', async () => {
  const [person] = await office.sql<{ id: string }>(
    `INSERT INTO people (name) VALUES ('Dot') RETURNING id`,
  );
  const [order] = await office.sql<{ id: string; uuid: string }>(
    'INSERT INTO orders (person_id) VALUES ($1) RETURNING id, uuid',
    [person!.id],
  );
  const { offset } = await office.feed.snapshot();
  await office.sql('INSERT INTO order_items VALUES ($1, 1, 1)', [order!.id]);
  await office.sql('DELETE FROM orders WHERE id = $1', [order!.id]);
  const { changes } = await take(office.feed, offset, 3);
  const items = changes.filter(({ table }) => table === 'order_items');
  expect(items.map(({ operation, uuid, parentUuid }) => [operation, uuid, parentUuid])).toEqual([
    ['insert', null, order!.uuid],
    ['delete', null, order!.uuid],
  ]);
});

test('a row of a join table that belongs to a guid entity has its public id', async () => {
  await office.asOwner(`CREATE TABLE duties (role_uuid uuid REFERENCES roles, duty text,
    PRIMARY KEY (role_uuid, duty))`);
  await office.owner.transaction((runner) => addHistory(runner, { table: 'duties', keep: 'ids' }));
  const [role] = await office.sql<{ uuid: string }>(
    `INSERT INTO roles (uuid, name) VALUES (gen_random_uuid(), 'guard') RETURNING uuid`,
  );
  const { offset } = await office.feed.snapshot();
  await office.asOwner(`INSERT INTO duties SELECT uuid, 'watch' FROM roles WHERE name = 'guard'`);
  const { changes } = await take(office.feed, offset, 1);
  expect(changes[0]).toMatchObject({ table: 'duties', parentUuid: role!.uuid });
});

test('rows of one parent are different records', async () => {
  const [person] = await office.sql<{ id: string }>(
    `INSERT INTO people (name) VALUES ('Cid') RETURNING id`,
  );
  const [order] = await office.sql<{ id: string }>(
    'INSERT INTO orders (person_id) VALUES ($1) RETURNING id',
    [person!.id],
  );
  const { offset } = await office.feed.snapshot();
  const lines = 'INSERT INTO order_items VALUES ($1, $2, 1)';
  const late = await office.begin('SELECT pg_current_xact_id()');
  await office.sql(lines, [order!.id, 1]);
  await late.query(`INSERT INTO order_items VALUES (${order!.id}, 2, 1)`);
  await late.query('COMMIT');
  await late.end();
  const { changes } = await take(office.feed, offset, 2);
  expect(changes.map(({ recordKey }) => recordKey)).toEqual([{ line: 2 }, { line: 1 }]);
});

test('TRUNCATE and a bulk load are handed out, the load with the range of its rows', async () => {
  const { offset } = await office.feed.snapshot();
  const session = await office.begin(`SET LOCAL dual_id.bulk = 'on'`);
  await session.query(`INSERT INTO notes SELECT i, '', '' FROM generate_series(100, 199) i`);
  await session.query('COMMIT');
  await session.end();
  await office.asOwner('TRUNCATE notes');
  const { changes } = await take(office.feed, offset, 2);
  expect(changes.map(({ operation }) => operation)).toEqual(['bulk', 'truncate']);
  expect(changes[0]!.bulk).toEqual({ operation: 'insert', first: '100', last: '199', rows: 100 });
  expect(changes[0]!.recordKey).toBeNull();
  expect(changes[1]).toMatchObject({ table: 'notes', uuid: null, recordId: null });
  expect(changes[1]!.bulk).toBeUndefined();
});

test('ids beyond 2^53 keep all of their digits', async () => {
  const { offset } = await office.feed.snapshot();
  const id = '9007199254740993';
  await office.asOwner('ALTER TABLE notes ALTER COLUMN id TYPE bigint');
  const session = await office.begin(`SET LOCAL dual_id.bulk = 'on'`);
  await session.query(`INSERT INTO notes VALUES (${id}), (9007199254740995)`);
  await session.query('COMMIT');
  await session.end();
  const { changes } = await take(office.feed, offset, 1, { tables: ['notes'] });
  expect(changes[0]!.recordId).toBe(id);
  expect(changes[0]!.bulk).toMatchObject({ first: id, last: '9007199254740995' });
});

test('only the tables asked for are handed out, and the offset passes the others', async () => {
  const { offset } = await office.feed.snapshot();
  await office.sql(`INSERT INTO notes SELECT i, '', '' FROM generate_series(1, 20) i`);
  await office.sql(`INSERT INTO roles (uuid, name) VALUES (gen_random_uuid(), 'chief')`);
  const only = { tables: ['public.roles'], size: 3 };
  const roles = await take(office.feed, offset, 1, only);
  expect(roles.changes.map(({ table }) => table)).toEqual(['roles']);
  expect(linesOf(await drain(office.feed, roles.offset))).toEqual([]);
  await expect(drain(office.feed, offset, { tables: ['role'] })).rejects.toThrow(
    'The table role is not in the log. Call addHistory for it',
  );
});

test('following ends without an error once it is aborted, also while it waits', async () => {
  const { offset } = await office.feed.snapshot();
  const stopping = new AbortController();
  setTimeout(() => stopping.abort(), 50);
  const { signal } = stopping;
  for await (const { changes } of office.feed.follow(offset, { signal, maxPause: 60_000 }))
    expect(changes).toEqual([]);
  expect(signal.aborted).toBe(true);
});

test('the age of the horizon is that of the oldest transaction that wrote', async () => {
  const session = await office.begin(`INSERT INTO notes VALUES (900, '', '')`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await office.feed.horizonAge()).toBeGreaterThan(0.25);
  await session.query('ROLLBACK');
  await session.end();
});

test('the age is known from waiting changes where the role may not see the transaction', async () => {
  const { owner } = office;
  const runner = owner.createQueryRunner();
  await runner.startTransaction();
  await runner.query(`INSERT INTO notes VALUES (901, '', '')`);
  await office.sql(`INSERT INTO notes VALUES (902, '', '')`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await office.feed.horizonAge()).toBeGreaterThan(0.25);
  await runner.rollbackTransaction();
  await runner.release();
});

test.each(['', 'x', '10', Buffer.from('[1,1,"a","0","0",null,null,[]]').toString('base64url')])(
  'the text %j is refused as an offset',
  async (offset) => {
    await expect(office.feed.follow(offset).next()).rejects.toMatchObject({
      code: 'invalid_offset',
    });
  },
);
