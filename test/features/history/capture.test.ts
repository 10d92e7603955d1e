import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { LoggedChange, Office } from './office.js';
import { changesOf, openOffice } from './office.js';

let office: Office;
let before: bigint;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.stop());
beforeEach(async () => {
  await office.sql('DELETE FROM people');
  await office.sql('DELETE FROM roles');
  await office.sql('DELETE FROM notes');
  const [row] = await office.sql('SELECT coalesce(max(change_id), 0) AS last FROM dual_id.changes');
  before = BigInt(row!['last'] as string);
});

const changes = async (table: string): Promise<LoggedChange[]> => {
  const [row] = await office.sql(
    `SELECT count(*)::integer AS old FROM dual_id.changes JOIN dual_id.history_tables USING (table_id)
     WHERE table_name = $1 AND change_id <= $2`,
    [table, before.toString()],
  );
  return (await changesOf(office, table)).slice(row!['old'] as number);
};

async function person(name = 'Ada'): Promise<{ id: string; uuid: string }> {
  const [row] = await office.sql<{ id: string; uuid: string }>(
    'INSERT INTO people (name) VALUES ($1) RETURNING id, uuid',
    [name],
  );
  return row!;
}

describe('a row with an internal and a public id', () => {
  test('is logged under its internal id with its public id, also once it is gone', async () => {
    const { id, uuid } = await person();
    await office.sql(`UPDATE people SET name = 'Grace' WHERE id = $1`, [id]);
    await office.sql('DELETE FROM people WHERE id = $1', [id]);
    expect(await changes('people')).toMatchObject([
      { operation: 'I', record_id: id, uuid, old: null, new: { name: 'Ada', uuid } },
      { operation: 'U', record_id: id, uuid, old: { name: 'Ada' }, new: { name: 'Grace' } },
      { operation: 'D', record_id: id, uuid, old: { name: 'Grace' }, new: null },
    ]);
  });

  test('is not logged when a statement leaves it as it was, or changes only ignored columns', async () => {
    await person();
    await office.sql('UPDATE people SET name = name');
    await office.sql('UPDATE people SET seen_at = now()');
    expect(await changes('people')).toHaveLength(1);
  });

  test('shows that a redacted column changed, and no value of it', async () => {
    const { id } = await person();
    await office.sql(`UPDATE people SET password = 'secret' WHERE id = $1`, [id]);
    await office.sql(`UPDATE people SET password = 'hidden' WHERE id = $1`, [id]);
    await office.sql('DELETE FROM people WHERE id = $1', [id]);
    const [, first, second, last] = await changes('people');
    expect(first).toMatchObject({ old: { password: null }, new: { password: '***' } });
    expect(second).toMatchObject({ old: { password: '***' }, new: { password: '***' } });
    expect(last).toMatchObject({ old: { password: '***' } });
    const text = JSON.stringify(await office.sql('SELECT old, new FROM dual_id.changes'));
    expect(text).not.toMatch(/secret|hidden/);
  });
});

test('a row whose only key is a UUID is logged under the id of its passport', async () => {
  const uuid = randomUUID();
  await office.sql(`INSERT INTO roles (uuid, name) VALUES ($1, 'clerk')`, [uuid]);
  const [passport] = await office.sql('SELECT id FROM dual_id.passports WHERE uuid = $1', [uuid]);
  await office.sql('DELETE FROM roles');
  const row = { record_id: passport!['id'], uuid };
  expect(await changes('roles')).toMatchObject([
    { ...row, operation: 'I', new: { name: 'clerk' } },
    { ...row, operation: 'D', old: { name: 'clerk' } },
  ]);
});

test('a row of a join table is logged under its owning side, with the public id of the other', async () => {
  const { id } = await person();
  const uuid = randomUUID();
  await office.sql(`INSERT INTO roles (uuid, name) VALUES ($1, 'clerk')`, [uuid]);
  await office.sql('INSERT INTO person_roles VALUES ($1, $2)', [id, uuid]);
  await office.sql('DELETE FROM roles');
  const row = { record_id: id, uuid: null, related_uuid: uuid, record_key: null };
  expect(await changes('person_roles')).toMatchObject([
    { ...row, operation: 'I' },
    { ...row, operation: 'D' },
  ]);
});

describe('a detail row with a natural key', () => {
  let order: string;
  beforeEach(async () => {
    const { id } = await person();
    const [row] = await office.sql('INSERT INTO orders (person_id) VALUES ($1) RETURNING id', [id]);
    order = row!['id'] as string;
    await office.sql('INSERT INTO order_items VALUES ($1, 1, 5), ($1, 2, 6)', [order]);
  });

  test('is logged under its parent, with the rest of its key', async () => {
    await office.sql('UPDATE order_items SET quantity = 9 WHERE line = 2');
    const row = { record_id: order, uuid: null };
    expect(await changes('order_items')).toMatchObject([
      { ...row, operation: 'I', record_key: { line: 1 }, new: { quantity: 5 } },
      { ...row, operation: 'I', record_key: { line: 2 }, new: { quantity: 6 } },
      {
        ...row,
        operation: 'U',
        record_key: { line: 2 },
        old: { quantity: 6 },
        new: { quantity: 9 },
      },
    ]);
  });

  test('whose key changes is one that goes and one that comes', async () => {
    await office.sql('UPDATE order_items SET line = 3, quantity = 9 WHERE line = 1');
    expect((await changes('order_items')).slice(2)).toMatchObject([
      { operation: 'D', record_key: { line: 1 }, old: { quantity: 5 } },
      { operation: 'I', record_key: { line: 3 }, new: { quantity: 9 } },
    ]);
  });

  test('is logged as deleted when its parent is', async () => {
    await office.sql('DELETE FROM people');
    const gone = (await changes('order_items')).filter(({ operation }) => operation === 'D');
    expect(gone.map((one) => one.record_key)).toEqual([{ line: 1 }, { line: 2 }]);
  });
});

test('a change keeps the tenant and the actor of its transaction', async () => {
  const [tenant, actor] = [randomUUID(), randomUUID()];
  const { id } = await person();
  await office.sql(
    `WITH actor AS (SELECT set_config('dual_id.actor', $3, true))
     INSERT INTO orders (person_id, tenant) SELECT $1, $2 FROM actor`,
    [id, tenant, actor],
  );
  expect(await changes('orders')).toMatchObject([{ tenant, actor }]);
  expect(await changes('people')).toMatchObject([{ tenant: null, actor: null }]);
});

test('columns of a table may have the names of the log', async () => {
  await office.sql(`INSERT INTO notes VALUES (1, 'now', 'me')`);
  await office.sql(`UPDATE notes SET moment = 'then'`);
  expect(await changes('notes')).toMatchObject([
    { operation: 'I', record_id: '1', old: null, new: null },
    { operation: 'U', record_id: '1', old: null, new: null },
  ]);
});

test('TRUNCATE is logged once for the table', async () => {
  await office.asOwner('TRUNCATE notes');
  expect(await changes('notes')).toMatchObject([{ operation: 'T', record_id: null }]);
});

test('a bulk load that asks for it writes one row for each statement', async () => {
  const load = `SELECT set_config('dual_id.bulk', 'on', true)`;
  await office.sql(
    `WITH bulk AS (${load}) INSERT INTO notes SELECT n FROM bulk, generate_series(3, 9) n`,
  );
  const record_key = { operation: 'INSERT', first: 3, last: 9, rows: 7 };
  expect(await changes('notes')).toMatchObject([{ operation: 'B', record_id: '3', record_key }]);
});

test('an image does not depend on how the session writes times and intervals', async () => {
  const { id } = await person();
  await office.sql(
    `WITH style AS (SELECT set_config('TimeZone', 'Asia/Kolkata', true),
       set_config('IntervalStyle', 'sql_standard', true))
     INSERT INTO orders (person_id, placed_at, lasts)
       SELECT $1, '2026-01-01T00:00:00Z', '1 day 2 hours' FROM style`,
    [id],
  );
  const [order] = await changes('orders');
  expect(order!.new).toMatchObject({ placed_at: '2026-01-01T00:00:00+00:00', lasts: 'P1DT2H' });
});

test('the view `change_log` has the shape of the original design', async () => {
  await office.sql('INSERT INTO notes VALUES (7)');
  const [row] = await office.sql(
    `SELECT * FROM dual_id.change_log WHERE change_id > ${before} AND table_name = 'notes'`,
  );
  expect(Object.keys(row!)).toEqual([
    'change_id',
    'table_name',
    'record_id',
    'operation',
    'occurred_at',
  ]);
  expect(row).toMatchObject({ table_name: 'notes', record_id: '7', operation: 'INSERT' });
});
