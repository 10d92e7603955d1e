import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { lintText } from 'nest-dual-id/migration-lint';
import { lockOf } from '../../../src/features/migration-lint/rules/locks.js';
import { SqlText } from '../../../src/features/migration-lint/source-text.js';
import { changesInSql } from '../../../src/features/migration-lint/sql/changes.js';
import { steadyFunctions } from '../../../src/features/migration-lint/sql/column.js';
import { emptyDatabase, runSql } from '../../support/empty-database.js';
import type { TestDatabase } from '../../support/database.js';
import { makeTables } from './run-migrations.js';

/** What the server says at level DEBUG1 when it goes through the rows of a table. */
const work = /^(?:(verifying|rewriting) table|(building) index|(validating) foreign key)/;

type Work = 'verifying' | 'rewriting' | 'building' | 'validating' | undefined;

const year = `FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`;

/** Statements on `orders` unless they name another table, with what the server does. */
const claims: readonly (readonly [sql: string, does: Work, table?: string])[] = [
  ['ALTER TABLE orders ADD COLUMN a text', undefined],
  [`ALTER TABLE orders ADD COLUMN a text NOT NULL DEFAULT 'x'`, undefined],
  ['ALTER TABLE orders ADD COLUMN a timestamptz NOT NULL DEFAULT now()', undefined],
  ['ALTER TABLE orders ADD COLUMN a varchar(9) DEFAULT NULL', undefined],
  ['ALTER TABLE orders ADD COLUMN a numeric(9, 2) DEFAULT 1.5::numeric(9, 2)', undefined],
  ['ALTER TABLE orders ADD COLUMN a timestamptz DEFAULT clock_timestamp()', 'rewriting'],
  ['ALTER TABLE orders ADD COLUMN a uuid DEFAULT gen_random_uuid()', 'rewriting'],
  ['ALTER TABLE orders ADD COLUMN a bigserial', 'rewriting'],
  ['ALTER TABLE orders ADD COLUMN a int GENERATED ALWAYS AS IDENTITY', 'rewriting'],
  ['ALTER TABLE orders ADD COLUMN a int GENERATED ALWAYS AS (1) STORED', 'rewriting'],
  ['ALTER TABLE orders ADD COLUMN a bigint REFERENCES users (id)', undefined],
  ['ALTER TABLE orders ADD COLUMN a bigint DEFAULT 1 REFERENCES users (id)', 'validating'],
  ['ALTER TABLE orders ADD COLUMN a int CHECK (a > 0)', 'verifying'],
  ['ALTER TABLE orders ADD COLUMN a int UNIQUE', 'building'],
  ['ALTER TABLE orders ALTER COLUMN note SET NOT NULL', 'verifying'],
  ['ALTER TABLE orders ALTER COLUMN note SET DEFAULT 1', undefined],
  ['ALTER TABLE orders ALTER COLUMN number DROP NOT NULL', undefined],
  ['ALTER TABLE orders ALTER COLUMN total TYPE numeric(20, 2)', 'rewriting'],
  ['ALTER TABLE orders ADD CHECK (total > 0)', 'verifying'],
  ['ALTER TABLE orders ADD CHECK (total > 0) NOT VALID', undefined],
  ['ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id)', 'validating'],
  ['ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID', undefined],
  ['ALTER TABLE orders ADD UNIQUE (number)', 'building'],
  ['ALTER TABLE orders ADD CONSTRAINT u UNIQUE USING INDEX ready', undefined],
  ['ALTER TABLE keyless ADD PRIMARY KEY (id)', 'building', 'keyless'],
  ['ALTER TABLE bookings ADD EXCLUDE USING gist (during WITH &&)', 'building', 'bookings'],
  ['ALTER TABLE orders SET UNLOGGED', 'rewriting'],
  ['CREATE INDEX ON orders (total)', 'building'],
  ['REINDEX INDEX ready', 'building'],
  [`ALTER TABLE events ATTACH PARTITION events_2026 ${year}`, 'verifying', 'events'],
];

let database: TestDatabase;
let client: pg.Client;
const said: string[] = [];

beforeAll(async () => {
  database = await emptyDatabase();
});
beforeEach(async () => {
  await makeTables(database.url);
  await runSql(database.url, 'CREATE UNIQUE INDEX ready ON orders (number)');
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  client.on('notice', ({ message }) => said.push(message ?? ''));
});
afterAll(() => database.drop());

/** Runs a statement and rolls it back; what the server said, and the locks that it took. */
async function tried(sql: string, table: string) {
  said.length = 0;
  try {
    await client.query('SET client_min_messages = debug1');
    await client.query('BEGIN');
    const { rows: before } = await client.query<{ id: string }>(`SELECT $1::regclass::oid AS id`, [
      table,
    ]);
    await client.query(sql);
    const { rows } = await client.query<{ mode: string }>(
      'SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = $1',
      [before[0]!.id],
    );
    const words = said.flatMap((message) => work.exec(message)?.slice(1) ?? []);
    // A table that is rewritten has its indexes built again.
    const does = ['rewriting', 'validating', 'verifying', 'building'].find((word) =>
      words.includes(word),
    );
    return { does, modes: rows.map(({ mode }) => mode) };
  } finally {
    await client.end();
  }
}

const ranks: readonly string[] = [
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'ACCESS EXCLUSIVE',
];
const asMode = (lock: string) =>
  `${lock.toLowerCase().replaceAll(/(?:^| )(\w)/g, (_, letter: string) => letter.toUpperCase())}Lock`;

describe('PostgreSQL', () => {
  test.each(claims)(
    '%s: goes through the rows if and only if the lint says so',
    async (...claim) => {
      const [sql, does, table = 'orders'] = claim;
      const { findings } = lintText('x.sql', sql, { disable: ['missing-lock-timeout'] });
      const { does: done } = await tried(sql, table);
      expect(done).toBe(does);
      expect(findings.length > 0).toBe(does !== undefined);
    },
  );

  test.each(claims.filter(([sql]) => !sql.startsWith('REINDEX')))(
    '%s: takes the lock that the lint knows',
    async (sql, _, table = 'orders') => {
      const locks: string[] = changesInSql(new SqlText(sql, 0)).map(
        (change) => lockOf(change) ?? '',
      );
      const strongest = ranks.findLast((lock) => locks.includes(lock));
      const { modes } = await tried(sql, table);
      const held = ranks.findLast((lock) => modes.includes(asMode(lock)));
      expect(held).toBe(strongest);
    },
  );

  test('evaluates the functions that the lint takes for steady once per statement', async () => {
    const { rows } = await client.query<{ name: string; volatile: boolean }>(
      `SELECT proname AS name, bool_or(provolatile = 'v') AS volatile FROM pg_proc
       WHERE proname = ANY ($1) AND pronamespace = 'pg_catalog'::regnamespace GROUP BY proname`,
      [steadyFunctions],
    );
    await client.end();
    expect(rows.filter((row) => row.volatile)).toEqual([]);
    expect(rows.map((row) => row.name).toSorted()).toEqual([...steadyFunctions].toSorted());
  });

  test.each([
    ['ALTER TABLE orders RENAME note TO remark', 'AccessExclusiveLock'],
    ['ALTER TABLE orders DROP COLUMN note', 'AccessExclusiveLock'],
    ['ALTER TABLE orders RENAME TO purchases', 'AccessExclusiveLock'],
    ['ALTER TABLE orders DISABLE TRIGGER USER', 'ShareRowExclusiveLock'],
    ['DROP INDEX orders_note_ix', 'AccessExclusiveLock'],
    ['TRUNCATE orders', 'AccessExclusiveLock'],
    ['LOCK TABLE orders', 'AccessExclusiveLock'],
  ])('%s: takes %s', async (sql, mode) => {
    const locks: string[] = changesInSql(new SqlText(sql, 0)).map((change) => lockOf(change) ?? '');
    expect(locks.map(asMode)).toEqual([mode]);
    expect((await tried(sql, 'orders')).modes).toContain(mode);
  });
});
