import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { expect } from '@jest/globals';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Change, Contents, Row } from './dml-difference.js';
import { differences, imageOf, nameOf, nothing, without } from './dml-difference.js';
import { ground } from './dml-ground.js';
import type { Statement, Work } from './dml-statements.js';

/** Runs transactions, and compares after every statement what changed with what was logged. */
export async function checkWorks(client: pg.Client, works: readonly Work[]): Promise<number> {
  let logged = 0;
  for (const { steps, commits } of works) {
    const start = await lastChange(client);
    await client.query('BEGIN');
    const kept: Change[] = [];
    for (const { statement, isUndone } of steps) {
      const changes = await checkStatement(client, statement, isUndone);
      kept.push(...changes);
    }
    await client.query(commits ? 'COMMIT' : 'ROLLBACK');
    expect(await changesSince(client, start)).toEqual(commits ? kept : []);
    logged += kept.length;
  }
  return logged;
}

async function checkStatement(
  client: pg.Client,
  statement: Statement,
  isUndone: boolean,
): Promise<readonly Change[]> {
  const start = await lastChange(client);
  const before = await contents(client);
  await client.query('SAVEPOINT step');
  const ran = await run(client, statement).then(
    () => true,
    async ({ code }: pg.DatabaseError) => {
      expect(refusals).toContain(code);
      await client.query('ROLLBACK TO step');
      return false;
    },
  );
  const changes = await changesSince(client, start);
  const expected = differences(before, await contents(client), ran ? statement.truncated : []);
  const told = sorted(replacedRows(changes));
  expect({ statement, changes: told }).toEqual({ statement, changes: sorted(expected) });
  if (!isUndone) return changes;
  await client.query('ROLLBACK TO step');
  expect(await changesSince(client, start)).toEqual([]);
  return [];
}

/** A partitioned table logs one row that takes the key of another as a row that went and one that came. */
function replacedRows(changes: readonly Change[]): readonly Change[] {
  const kept: Change[] = [];
  for (const change of changes) {
    const gone = kept.findIndex(
      (one) =>
        one.operation === 'D' && one.table === 'shifts' && rowNameIn(one) === rowNameIn(change),
    );
    if (gone === -1 || change.operation !== 'I') kept.push(change);
    else kept.splice(gone, 1, ...replacing(kept[gone]!, change));
  }
  return kept;
}

function replacing(gone: Change, come: Change): Change[] {
  const names = Object.keys(come.new!).filter((name) => gone.old![name] !== come.new![name]);
  const part = (row: Row) => Object.fromEntries(names.map((name) => [name, row[name]]));
  if (names.length === 0) return [];
  return [{ ...come, operation: 'U', old: part(gone.old!), new: part(come.new!) }];
}

/** Of keys, of what refers to a row, and of a row that a statement would change twice. */
const refusals = ['23502', '23505', '23503', '21000', '27000', '0A000'];

async function run(client: pg.Client, { sql, copied }: Statement): Promise<void> {
  if (copied === undefined) await client.query(sql);
  else await pipeline(Readable.from([copied]), client.query(copyFrom(sql)));
}

async function contents(client: pg.Client): Promise<Contents> {
  const parts = ground.map(
    ({ table }, at) => `SELECT ${at} AS at, to_jsonb(t) AS row FROM ${table} t`,
  );
  const { rows } = await client.query<{ at: number; row: Row }>(parts.join(' UNION ALL '));
  return new Map(
    rows.map(({ at, row }) => {
      const of = ground[at]!;
      return [`${of.table} ${of.key.map((name) => row[name]).join(' ')}`, { of, row }];
    }),
  );
}

/** Every row as the log says that it is now. */
export async function expectLogToTell(client: pg.Client): Promise<void> {
  const told = new Map<string, Row>();
  for (const change of await changesSince(client, '0')) {
    const name = rowNameIn(change);
    if (change.operation === 'T') {
      for (const other of told.keys())
        if (other.startsWith(`["${change.table}"`)) told.delete(other);
    } else if (change.operation === 'D') told.delete(name);
    else told.set(name, { ...told.get(name), ...change.new });
  }
  const rows = [...(await contents(client)).values()].map(
    ({ of, row }) =>
      [rowNameIn({ ...nothing, ...nameOf(of, row) }), imageOf(of, without(of, row)) ?? {}] as const,
  );
  expect(told).toEqual(new Map(rows));
}

async function lastChange(client: pg.Client): Promise<string> {
  const { rows } = await client.query(
    'SELECT coalesce(max(change_id), 0) AS last FROM dual_id.changes',
  );
  return rows[0].last as string;
}

/** A row of a guid table is logged under its passport, which has its public id. */
async function changesSince(client: pg.Client, start: string): Promise<Change[]> {
  const { rows } = await client.query<Change>(
    `SELECT t.table_name AS "table", c.operation, c.related_uuid::text AS related,
       CASE t.table_name WHEN 'roles' THEN (SELECT p.uuid FROM dual_id.passports p
         WHERE p.id = c.record_id)::text ELSE c.record_id::text END AS record,
       c.record_key AS key, c.old, c.new
     FROM dual_id.changes c JOIN dual_id.history_tables t USING (table_id)
     WHERE c.change_id > $1 ORDER BY c.change_id`,
    [start],
  );
  return rows;
}

const sorted = (changes: readonly Change[]) =>
  changes.toSorted((a, b) => (nameIn(a) < nameIn(b) ? -1 : 1));
const nameIn = (change: Change) => `${rowNameIn(change)} ${change.operation}`;
const rowNameIn = ({ table, record, related, key }: Omit<Change, 'operation'>) =>
  JSON.stringify([table, record, related, key]);
