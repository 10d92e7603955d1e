import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Database, statement } from 'nest-dual-id';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';

let guarded: GuardedDatabase;
let database: Database;
const everything = statement('SELECT * FROM shelves');

beforeAll(async () => {
  // One connection, so that the plan is stale where it is used next.
  guarded = await guardedDatabase({ dataSource: { poolSize: 1 } });
  database = guarded.database;
});
beforeEach(async () => {
  await guarded.sql('DROP TABLE IF EXISTS shelves');
  await guarded.sql(`CREATE TABLE shelves AS SELECT 'top'::text AS label`);
  await database.rows(everything);
});
afterAll(() => guarded.stop());

const alter = () => guarded.sql('ALTER TABLE shelves ADD COLUMN height integer DEFAULT 5');
const prepared = async () =>
  (await guarded.sql<{ name: string }>('SELECT name FROM pg_prepared_statements')).map(
    ({ name }) => name,
  );

describe('a prepared statement whose table changed', () => {
  test('is prepared anew once, and nobody notices', async () => {
    await alter();
    expect(await database.rows(everything)).toEqual([['top', 5]]);
    expect(await database.rows(everything)).toEqual([['top', 5]]);
    const ours = (await prepared()).filter((name) => name.startsWith(everything.name));
    expect(ours).toContain(`${everything.name}_1`);
  });

  test('is prepared anew for every change of the table', async () => {
    for (const round of [1, 2, 3]) {
      await guarded.sql(`ALTER TABLE shelves ADD COLUMN more_${round} integer`);
      expect((await database.rows(everything))[0]).toHaveLength(round + 1);
    }
  });

  test('ends a transaction with concurrent_change, which works when it is tried again', async () => {
    await alter();
    const work = () => database.transaction(() => database.rows(everything));
    await expect(work()).rejects.toMatchObject({ code: 'concurrent_change', status: 409 });
    expect(await work()).toEqual([['top', 5]]);
  });
});

test('another feature that PostgreSQL does not have is no reason to try again', async () => {
  const unsupported = statement('SELECT DISTINCT label FROM shelves FOR UPDATE');
  await expect(database.rows(unsupported)).rejects.toMatchObject({
    code: 'internal',
    details: { cause: { code: '0A000' } },
  });
});

describe('a door without prepared statements', () => {
  test('sends no statement with a name', async () => {
    const before = await prepared();
    const plain = new Database(guarded.dataSource, { preparedStatements: false });
    expect(await plain.rows(statement('SELECT $1::int + 1'), [1])).toEqual([[2]]);
    await plain.transaction(() => plain.execute(statement('SELECT 2')));
    expect(await prepared()).toEqual(before);
  });

  test('is not the usual one', async () => {
    const named = statement('SELECT 42 AS answer');
    await database.rows(named);
    await database.rows(named);
    expect((await prepared()).filter((name) => name === named.name)).toHaveLength(1);
  });
});
