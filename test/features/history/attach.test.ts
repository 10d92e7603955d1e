import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addDualId } from 'nest-dual-id';
import { addHistory, removeHistory } from 'nest-dual-id/history';
import type { HistoryTable } from 'nest-dual-id/history';
import type { Office } from './office.js';
import { changesOf, openOffice } from './office.js';

let office: Office;
beforeAll(async () => {
  office = await openOffice([]);
  await office.asOwner('CREATE TABLE keyless (name text)');
  await office.asOwner('CREATE TABLE named (name text PRIMARY KEY)');
  await office.asOwner('CREATE TABLE loose (uuid uuid PRIMARY KEY)');
  await office.asOwner('CREATE TABLE pairs (a text, b integer, PRIMARY KEY (a, b))');
});
afterAll(() => office.stop());

const uuid = '6b0a6f0e-6f3c-4f3a-9f39-6d0c8d1f0a11';

const attach = (spec: HistoryTable) =>
  office.owner.transaction((runner) => addHistory(runner, spec));

const refusals: readonly (readonly [why: string, HistoryTable, RegExp])[] = [
  ['without a key', { table: 'keyless', keep: 'ids' }, /has no primary key\. Call addDualId/],
  ['whose key is a text', { table: 'named', keep: 'ids' }, /key of type text\. Call addDualId/],
  ['whose UUIDs are not enrolled', { table: 'loose', keep: 'ids' }, /addGuidId with a type/],
  [
    'whose first key column is a text',
    { table: 'pairs', keep: 'ids' },
    /integer column of the key/,
  ],
  ['that does not exist', { table: 'nowhere', keep: 'ids' }, /does not exist/],
  [
    'with an ignored column that it does not have',
    { table: 'people', keep: 'rows', ignore: ['colour'] },
    /no column colour/,
  ],
  [
    'whose record is not part of the key',
    { table: 'order_items', keep: 'rows', record: 'quantity' },
    /Its key is \(order_id, line\)/,
  ],
  [
    'whose related column refers to nothing',
    { table: 'order_items', keep: 'rows', related: 'line' },
    /Leave out `related`/,
  ],
];

test.each(refusals)(
  'a table %s is refused with what makes it possible',
  async (_why, spec, says) => {
    await expect(attach(spec)).rejects.toThrow(says);
    expect(await office.asOwner('SELECT FROM dual_id.history_tables')).toHaveLength(0);
  },
);

test('a key column of a composite key can be named as the record', async () => {
  await attach({ table: 'pairs', keep: 'ids', record: 'b' });
  await office.asOwner(`INSERT INTO pairs VALUES ('x', 4)`);
  expect(await changesOf(office, 'pairs')).toMatchObject([
    { record_id: '4', record_key: { a: 'x' } },
  ]);
});

test('a table that is attached again is logged as it was said last', async () => {
  await attach({ table: 'people', keep: 'ids' });
  await office.sql(`INSERT INTO people (name) VALUES ('Ada')`);
  await attach({ table: 'people', keep: 'rows' });
  await office.sql(`INSERT INTO people (name) VALUES ('Grace')`);
  expect(await changesOf(office, 'people')).toMatchObject([
    { new: null },
    { new: { name: 'Grace' } },
  ]);
});

test('a session that reads and writes names in its own way attaches the same', async () => {
  const table = 'quoted "table"';
  await office.owner.transaction(async (runner) => {
    await runner.query('SET LOCAL quote_all_identifiers = on');
    await runner.query('SET LOCAL standard_conforming_strings = off');
    await runner.query(`CREATE TABLE "quoted ""table""" (id bigint GENERATED ALWAYS AS IDENTITY,
      uuid uuid NOT NULL, "back\\slash" text, "it's" text)`);
    await addDualId(runner, { table });
    await addHistory(runner, { table, keep: 'rows', redact: ['back\\slash'], ignore: ["it's"] });
  });
  await office.asOwner(`INSERT INTO "quoted ""table""" (uuid, "back\\slash", "it's")
    VALUES ('${uuid}', 'hidden', 'left out')`);
  expect(await changesOf(office, table)).toEqual([
    expect.objectContaining({ uuid, new: { id: 1, uuid, 'back\\slash': '***' } }),
  ]);
});

test('a table that is detached is not logged any more, and keeps what was logged', async () => {
  await attach({ table: 'notes', keep: 'ids' });
  await office.sql('INSERT INTO notes VALUES (1)');
  await office.owner.transaction((runner) => removeHistory(runner, { table: 'notes' }));
  await office.sql('INSERT INTO notes VALUES (2)');
  expect(await changesOf(office, 'notes')).toMatchObject([{ record_id: '1' }]);
});

test('a table that was dropped can be detached', async () => {
  await office.asOwner('CREATE TABLE short_lived (id integer PRIMARY KEY)');
  await attach({ table: 'short_lived', keep: 'ids' });
  await office.asOwner('DROP TABLE short_lived');
  await office.owner.transaction((runner) => removeHistory(runner, { table: 'short_lived' }));
  const [row] = await office.asOwner(
    `SELECT detached_at IS NOT NULL AS over FROM dual_id.history_tables
     WHERE table_name = 'short_lived'`,
  );
  expect(row).toEqual({ over: true });
});

test('a table with a long name in a schema of its own is logged', async () => {
  const table = 'a_table_with_a_name_that_is_as_long_as_postgres_accepts_them_';
  await office.asOwner('CREATE SCHEMA "Odd Place"');
  await office.asOwner(`CREATE TABLE "Odd Place".${table} (id integer PRIMARY KEY)`);
  await attach({ table, schema: 'Odd Place', keep: 'rows' });
  await office.asOwner(`INSERT INTO "Odd Place".${table} VALUES (5)`);
  expect(await changesOf(office, table)).toMatchObject([{ record_id: '5', new: { id: 5 } }]);
});
