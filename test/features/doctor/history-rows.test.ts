import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { diagnoseData } from 'nest-dual-id/doctor';
import type { DataFinding } from 'nest-dual-id/doctor';
import { addHistory } from 'nest-dual-id/history';
import type { Office } from '../history/office.js';
import { openOffice } from '../history/office.js';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
  await office.sql(`INSERT INTO people (name, password, seen_at) VALUES ('Ada', 'x', now()),
    ('Bob', NULL, now()), ('Cy', 'z', now())`);
  await office.sql(`INSERT INTO orders (person_id, tenant, total, placed_at, lasts)
    SELECT id, uuid, 1.50, '2026-03-01 12:00+02', '1 mon 3 days' FROM people`);
  await office.sql(`INSERT INTO roles (uuid, name) VALUES
    ('01890a5d-ac96-774b-bcce-b302099a8057', 'admin'),
    ('01890a5d-ac96-774b-bcce-b302099a8058', 'guest')`);
  await office.sql(`INSERT INTO person_roles SELECT p.id, r.uuid FROM people p, roles r`);
  await office.sql('INSERT INTO order_items SELECT id, 1, 2 FROM orders');
  await office.sql(`INSERT INTO notes VALUES (1, 'now')`);
});
afterEach(() => office.stop());

const found = async () => {
  const { findings } = await diagnoseData(office.owner, { rowsPerPage: 2 });
  return findings.filter(({ code }) => code === 'history_incomplete');
};
const problems = (findings: readonly DataFinding[]) =>
  findings.map(({ place, problem }) => `${place}: ${problem.replace(/\d+/g, 'N')}`);

/** Runs statements of the owner in one session in which no trigger fires. */
async function unlogged(...statements: readonly string[]): Promise<void> {
  await office.asSuperuser(
    ['SET session_replication_role = replica', ...statements, 'RESET ALL'].join('; '),
  );
}

test('rows that were logged as they are have no findings, in whatever way a session spells values', async () => {
  await office.sql(`UPDATE orders SET total = 2, lasts = '4 hours'`);
  // The only idle connection of the pool, which the doctor gets next.
  await office.asOwner(`SET TimeZone = 'Asia/Tokyo'; SET IntervalStyle = 'sql_standard'`);
  expect(await found()).toEqual([]);
  expect(await office.asOwner('SHOW TimeZone')).toEqual([{ TimeZone: 'Asia/Tokyo' }]);
});

test('what is changed while no trigger fires is found, with the columns that differ', async () => {
  await unlogged(
    `UPDATE people SET name = 'Eve', password = 'y' WHERE name = 'Ada'`,
    `UPDATE orders SET total = 99, lasts = NULL WHERE id = (SELECT min(id) FROM orders)`,
    `UPDATE roles SET name = 'owner' WHERE name = 'admin'`,
    `UPDATE notes SET moment = 'later'`,
  );
  const findings = await found();
  expect(problems(findings)).toEqual([
    'people: the row with id N has other values than the history says in name',
    'orders: the row with id N has other values than the history says in lasts, total',
  ]);
  expect(findings[0]).toMatchObject({
    repair: null,
    fix: expect.stringContaining(`UPDATE "public"."people" SET "name" = "name" WHERE`),
  });
});

test('a row that is back although the log says that it was deleted is found', async () => {
  await office.sql(
    `DELETE FROM person_roles WHERE role_uuid = (SELECT uuid FROM roles WHERE name = 'guest')`,
  );
  await unlogged(
    `INSERT INTO person_roles SELECT p.id, r.uuid FROM people p, roles r
     WHERE p.name = 'Bob' AND r.name = 'guest'`,
  );
  expect(await found()).toMatchObject([
    {
      place: 'person_roles',
      problem: expect.stringMatching(
        /^the row with person_id \d+, role_uuid .* says that it was deleted$/,
      ),
    },
  ]);
});

test('redacted and ignored columns, and columns that came or went, are not compared', async () => {
  await unlogged(`UPDATE people SET password = password || 'y', seen_at = NULL`);
  expect(await found()).toEqual([]);
  await office.asOwner(`ALTER TABLE people ADD COLUMN nickname text DEFAULT 'Nick'`);
  await office.asOwner('ALTER TABLE orders DROP COLUMN placed_at');
  await office.owner.transaction((runner) => addHistory(runner, { table: 'people', keep: 'rows' }));
  expect(await found()).toEqual([]);
});

test('rows whose newest change has no image are left alone', async () => {
  await unlogged(`INSERT INTO people (name) VALUES ('Zoe')`, `UPDATE orders SET total = 5`);
  await office.sql(`BEGIN; SET LOCAL dual_id.bulk = 'on'; UPDATE orders SET total = 6; COMMIT`);
  expect(await found()).toEqual([]);
  await office.sql(`UPDATE orders SET total = 7`);
  await unlogged(`UPDATE orders SET total = 8`);
  expect(await found()).toHaveLength(3);
  await office.asOwner('TRUNCATE orders CASCADE');
  await unlogged(`INSERT INTO orders (id, person_id, total) OVERRIDING SYSTEM VALUE
    SELECT (SELECT min(record_id) FROM dual_id.changes c JOIN dual_id.history_tables t
      USING (table_id) WHERE t.table_name = 'orders' AND c.operation = 'I'), id, 9
    FROM people WHERE name = 'Ada'`);
  expect(await found()).toEqual([]);
});

test('the fix enters the change in the log, so that it is not found again', async () => {
  await unlogged(`UPDATE people SET name = 'Eve' WHERE name = 'Ada'`);
  const [{ fix } = { fix: '' }] = await found();
  const [, statements] = /BEGIN; (.*); COMMIT/.exec(fix) ?? [];
  const where = statements!.replace('WHERE ...', `WHERE name = 'Eve'`);
  await office.asOwner(`BEGIN; ${where}; COMMIT`);
  expect(await found()).toEqual([]);
});
