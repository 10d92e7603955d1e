import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { statement } from 'nest-dual-id';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';

const add = statement(`INSERT INTO notes (text) VALUES ('a') RETURNING 1`);
const read = statement('SELECT 2');
const prepared = `SELECT count(*)::integer AS count FROM pg_prepared_statements
  WHERE name LIKE 'dual_%'`;
const lost = { code: 'prepared_statement_lost', status: 500 };

describe('a prepared statement lost by a pooler', () => {
  let guarded: GuardedDatabase;
  beforeAll(async () => {
    guarded = await guardedDatabase({ dataSource: { poolSize: 1 } });
  });
  afterAll(() => guarded.stop());
  const loseAll = () => guarded.inPool('DEALLOCATE ALL');

  test('fails a transaction, whose error names the setting', async () => {
    const { database } = guarded;
    await database.rows(add);
    await loseAll();
    const work = database.transaction(() => database.rows(add));
    await expect(work).rejects.toMatchObject(lost);
    await expect(work).rejects.toThrow('preparedStatements');
    expect(await guarded.sql('SELECT * FROM notes')).toHaveLength(1);
  });

  test('is not prepared again, and later statements run without names', async () => {
    const { database } = guarded;
    await loseAll();
    expect(await database.rows(read)).toEqual([[2]]);
    await database.transaction(() => database.rows(add));
    expect(await guarded.inPool(prepared)).toEqual([{ count: 0 }]);
  });
});

describe('a prepared statement', () => {
  test('lost outside a transaction runs once, without its name', async () => {
    const guarded = await guardedDatabase({ dataSource: { poolSize: 1 } });
    await guarded.database.rows(add);
    await guarded.inPool('DEALLOCATE ALL');
    expect(await guarded.database.rows(add)).toEqual([[1]]);
    expect(await guarded.sql('SELECT * FROM notes')).toHaveLength(2);
    await guarded.stop();
  });

  test('whose name a pooler’s connection already has runs once, without it', async () => {
    const guarded = await guardedDatabase({ dataSource: { poolSize: 1 } });
    await guarded.inPool(`PREPARE "${add.name}" AS SELECT 1`);
    expect(await guarded.database.rows(add)).toEqual([[1]]);
    expect(await guarded.sql('SELECT * FROM notes')).toHaveLength(1);
    await guarded.stop();
  });

  test('is not used behind a transaction pooler, unless the application says so', async () => {
    const behind = { poolSize: 1, connection: 'transaction-pooler' } as const;
    for (const [options, count] of [
      [{ dataSource: behind }, 0],
      [{ dataSource: behind, preparedStatements: true }, 1],
    ] as const) {
      const guarded = await guardedDatabase(options);
      await guarded.database.rows(read);
      expect(await guarded.inPool(prepared)).toEqual([{ count }]);
      await guarded.stop();
    }
  });
});
