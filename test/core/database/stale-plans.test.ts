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
  (await guarded.inPool<{ name: string }>('SELECT name FROM pg_prepared_statements')).map(
    ({ name }) => name,
  );

describe('a prepared statement whose table changed', () => {
  test('is prepared again once, unnoticed', async () => {
    await alter();
    expect(await database.rows(everything)).toEqual([['top', 5]]);
    expect(await database.rows(everything)).toEqual([['top', 5]]);
    const ours = (await prepared()).filter((name) => name.startsWith(everything.name));
    expect(ours).toContain(`${everything.name}_1`);
  });

  test('is prepared again for every change of the table', async () => {
    for (const round of [1, 2, 3]) {
      await guarded.sql(`ALTER TABLE shelves ADD COLUMN more_${round} integer`);
      expect((await database.rows(everything))[0]).toHaveLength(round + 1);
    }
  });

  test('ends a transaction with concurrent_change, and a retry works', async () => {
    await alter();
    const work = () => database.transaction(() => database.rows(everything));
    await expect(work()).rejects.toMatchObject({ code: 'concurrent_change', status: 409 });
    expect(await work()).toEqual([['top', 5]]);
  });
});

describe('a prepared statement whose type was replaced', () => {
  const add = statement('INSERT INTO moods (mood) VALUES ($1) RETURNING mood::text');
  const find = statement('SELECT mood FROM moods WHERE mood = $1');

  /** As a migration replaces an enum: a new type replaces the old one under its name. */
  async function replaceType(): Promise<void> {
    await guarded.sql(`CREATE TYPE new_mood AS ENUM ('glad', 'sad', 'calm')`);
    await guarded.sql(
      'ALTER TABLE moods ALTER COLUMN mood TYPE new_mood USING mood::text::new_mood',
    );
    await guarded.sql('DROP TYPE mood');
    await guarded.sql('ALTER TYPE new_mood RENAME TO mood');
  }

  beforeEach(async () => {
    await guarded.sql('DROP TABLE IF EXISTS moods');
    await guarded.sql('DROP TYPE IF EXISTS mood');
    await guarded.sql(`CREATE TYPE mood AS ENUM ('glad', 'sad')`);
    await guarded.sql('CREATE TABLE moods (mood mood)');
    await database.rows(add, ['glad']);
    await database.rows(find, ['glad']);
    await replaceType();
  });

  test('is prepared again, unnoticed', async () => {
    expect(await database.rows(add, ['calm'])).toEqual([['calm']]);
    expect(await database.rows(find, ['calm'])).toEqual([['calm']]);
  });

  test('fails one transaction at most, and the next one works', async () => {
    for (const work of [
      () => database.transaction(() => database.rows(add, ['calm'])),
      () => database.transaction(() => database.rows(find, ['calm'])),
    ]) {
      const first = await work().catch((error: unknown) => error);
      if (first instanceof Error) expect(first).toMatchObject({ code: 'concurrent_change' });
      expect(await work()).toEqual(expect.arrayContaining([['calm']]));
    }
  });
});

test('another unsupported PostgreSQL feature is no reason to retry', async () => {
  const unsupported = statement('SELECT DISTINCT label FROM shelves FOR UPDATE');
  await expect(database.rows(unsupported)).rejects.toMatchObject({
    code: 'internal',
    details: { cause: { code: '0A000' } },
  });
});

describe('an entry point without prepared statements', () => {
  test('sends no statement with a name', async () => {
    const before = await prepared();
    const plain = new Database(guarded.dataSource, { preparedStatements: false });
    expect(await plain.rows(statement('SELECT $1::int + 1'), [1])).toEqual([[2]]);
    await plain.transaction(() => plain.execute(statement('SELECT 2')));
    expect(await prepared()).toEqual(before);
  });

  test('is not the default', async () => {
    const named = statement('SELECT 42 AS answer');
    await database.rows(named);
    await database.rows(named);
    expect((await prepared()).filter((name) => name === named.name)).toHaveLength(1);
  });
});
