import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { addHistory } from 'nest-dual-id/history';
import type { Office } from './office.js';
import { changesOf, openOffice } from './office.js';

let office: Office;
let seen: number;
beforeAll(async () => {
  office = await openOffice([]);
  await office.asOwner(`
    CREATE TABLE shifts (id integer, month integer, label text, PRIMARY KEY (id, month))
      PARTITION BY LIST (month);
    CREATE TABLE shifts_1 PARTITION OF shifts FOR VALUES IN (1);
    CREATE TABLE shifts_2 (label text, month integer, gone text, id integer NOT NULL,
      PRIMARY KEY (id, month));
    ALTER TABLE shifts_2 DROP gone;
    ALTER TABLE shifts ATTACH PARTITION shifts_2 FOR VALUES IN (2)`);
  for (let time = 1; time <= 2; time++) {
    await office.owner.transaction((runner) =>
      addHistory(runner, { table: 'shifts', keep: 'changes' }),
    );
  }
});
afterAll(() => office.stop());
beforeEach(async () => {
  await office.asOwner(
    `DELETE FROM shifts; INSERT INTO shifts VALUES (1, 1, 'old'), (3, 1, 'old')`,
  );
  await look();
});

const look = async () => {
  seen = (await changesOf(office, 'shifts')).length;
};
const changes = async () =>
  (await changesOf(office, 'shifts'))
    .slice(seen)
    .map(({ operation, record_id, new: image }) => [`${operation}${record_id}`, image]);

/** A MERGE that meets its rows in the order of `ids`; the odd ones are in the table. */
const merge = (ids: string, clauses: string) =>
  office.owner.transaction(async (runner) => {
    await runner.query('SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off');
    await runner.query(`MERGE INTO shifts t
      USING (SELECT unnest('{${ids}}'::integer[]) id OFFSET 0) s ON t.id = s.id ${clauses}`);
  });

test('a MERGE into a partitioned table logs what it inserts and updates, in any order', async () => {
  await merge(
    '2,1,4,3',
    `WHEN MATCHED THEN UPDATE SET label = 'merged'
     WHEN NOT MATCHED THEN INSERT VALUES (s.id, 2, 'new')`,
  );
  expect(await changes()).toEqual([
    ['I2', { id: 2, month: 2, label: 'new' }],
    ['U1', { label: 'merged' }],
    ['I4', { id: 4, month: 2, label: 'new' }],
    ['U3', { label: 'merged' }],
  ]);
});

test('a MERGE that only moves rows to other partitions is logged', async () => {
  await merge('1,3', 'WHEN MATCHED THEN UPDATE SET month = 2');
  expect(await changes()).toEqual([
    ['D1', null],
    ['I1', { id: 1, month: 2, label: 'old' }],
    ['D3', null],
    ['I3', { id: 3, month: 2, label: 'old' }],
  ]);
});

test('statements on one partition are logged under the table', async () => {
  await office.asOwner(`INSERT INTO shifts_2 (id, month, label) VALUES (5, 2, 'direct')`);
  await office.asOwner(`UPDATE shifts_1 SET label = 'direct' WHERE id = 1`);
  await office.asOwner(`DELETE FROM shifts_1 WHERE id = 3`);
  expect(await changes()).toEqual([
    ['I5', { id: 5, month: 2, label: 'direct' }],
    ['U1', { label: 'direct' }],
    ['D3', null],
  ]);
});

test('a partition that is attached later is logged from then on', async () => {
  await office.asOwner('CREATE TABLE shifts_7 PARTITION OF shifts FOR VALUES IN (7)');
  await office.asOwner('UPDATE shifts SET month = 7 WHERE id = 1');
  expect(await changes()).toEqual([
    ['D1', null],
    ['I1', { id: 1, month: 7, label: 'old' }],
  ]);
});

test('a session that logged rows of a partitioned table before its columns change logs them after', async () => {
  await office.owner.transaction(async (runner) => {
    const update = (set: string) => runner.query(`UPDATE shifts SET ${set} WHERE id = 1`);
    await runner.query(`UPDATE shifts SET label = 'before'`);
    await runner.query(`ALTER TABLE shifts ADD note text`);
    await update(`note = '7', label = NULL`);
    await runner.query('ALTER TABLE shifts ALTER note TYPE integer USING note::integer');
    await update('note = 8');
    await runner.query('ALTER TABLE shifts RENAME note TO level');
    await update('level = 9');
    await runner.query('ALTER TABLE shifts DROP level');
    await update(`label = 'dropped'`);
  });
  expect((await changes()).slice(2)).toEqual([
    ['U1', { label: null, note: '7' }],
    ['U1', { note: 8 }],
    ['U1', { level: 9 }],
    ['U1', { label: 'dropped' }],
  ]);
});

test('a bulk load of a partitioned table is logged row by row', async () => {
  await office.owner.transaction(async (runner) => {
    await runner.query(`SET LOCAL dual_id.bulk = 'on'`);
    await runner.query(`INSERT INTO shifts SELECT g, 2, 'bulk' FROM generate_series(5, 7) g`);
  });
  expect((await changes()).map(([change]) => change)).toEqual(['I5', 'I6', 'I7']);
});
