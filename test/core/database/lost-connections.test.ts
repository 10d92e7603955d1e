import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Database, dualIdDataSource, statement } from 'nest-dual-id';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { runSql } from '../../support/empty-database.js';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';

let guarded: GuardedDatabase;
let database: Database;
beforeAll(async () => {
  guarded = await guardedDatabase({ dataSource: { poolSize: 2 } });
  database = guarded.database;
});
afterAll(() => guarded.stop());

const one = statement('SELECT 1');
const pid = async () => (await database.rows(statement('SELECT pg_backend_pid()')))[0]![0];
const end = (backend: unknown) =>
  runSql(guarded.url, `SELECT pg_terminate_backend(${backend as number}, 5000)`);
const endAll = `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()`;
const untilLost = () => new Promise((resolve) => setTimeout(resolve, 50));
const works = async () =>
  expect(await Promise.all([1, 2, 3, 4].map(() => database.rows(one)))).toHaveLength(4);
const unavailable = { code: 'unavailable', status: 503 };
const overloaded = { code: 'overloaded', status: 503, details: { retryAfter: 1 } };

describe('a lost connection', () => {
  test('during a statement is unavailable, and the pool recovers', async () => {
    const slow = database.rows(statement('SELECT pg_backend_pid(), pg_sleep(20)'));
    const lost = expect(slow).rejects.toMatchObject(unavailable);
    const sleeping = `SELECT pid FROM pg_stat_activity
      WHERE query LIKE '%pg_sleep(20)%' AND pid <> pg_backend_pid()`;
    let backends: { pid: number }[] = [];
    while (backends.length === 0) backends = await runSql(guarded.url, sleeping);
    await end(backends[0]!.pid);
    await lost;
    await works();
  });

  test('in the network is unavailable as well', async () => {
    const { master } = guarded.dataSource.driver as unknown as { master: Pool };
    master.once('acquire', (client) => {
      const { connection } = client as unknown as { connection: { stream: Socket } };
      setTimeout(() => connection.stream.destroy(), 50);
    });
    const slow = database.rows(statement('SELECT pg_sleep(20)'));
    await expect(slow).rejects.toMatchObject(unavailable);
    await works();
  });

  test('while a transaction waits is unavailable for the next statement', async () => {
    const work = database.transaction(async () => {
      await end(await pid());
      await untilLost();
      await database.rows(one);
    });
    await expect(work).rejects.toMatchObject(unavailable);
    await works();
  });

  test('before COMMIT is unavailable, and nothing follows it', async () => {
    const seen: string[] = [];
    const work = database.transaction(async () => {
      database.afterCommit(() => seen.push('committed'));
      await database.execute(statement(`INSERT INTO notes (text) VALUES ('a')`));
      await end(await pid());
      await untilLost();
    });
    await expect(work).rejects.toMatchObject(unavailable);
    expect(seen).toEqual([]);
    expect(await database.rows(statement('SELECT * FROM notes'))).toEqual([]);
  });

  test('is unavailable through TypeORM and in a nested transaction, too', async () => {
    const byTypeOrm = database.transaction(async (manager) => {
      await end(await pid());
      await untilLost();
      await manager.query('SELECT 1');
    });
    await expect(byTypeOrm).rejects.toMatchObject(unavailable);
    const nested = database.transaction(() =>
      database.transaction(async () => {
        await end(await pid());
        await database.rows(one);
      }),
    );
    await expect(nested).rejects.toMatchObject(unavailable);
    await works();
  });

  test('many times leaves no connection behind', async () => {
    for (let round = 0; round < 6; round += 1) {
      await database.transaction(async () => end(await pid())).catch(() => undefined);
    }
    await works();
  });
});

describe('a write whose connection is lost', () => {
  const unknown = { code: 'outcome_unknown', status: 500 };
  const ending = 'pg_terminate_backend(pg_backend_pid())::text';

  test('at COMMIT may have happened', async () => {
    await guarded.sql(`CREATE FUNCTION vanish() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$`);
    await guarded.sql(`CREATE CONSTRAINT TRIGGER vanish AFTER INSERT ON notes
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION vanish()`);
    const add = statement(`INSERT INTO notes (text) VALUES ('b')`);
    const work = database.transaction(() => database.execute(add));
    await expect(work).rejects.toMatchObject(unknown);
    await expect(work).rejects.toThrow('A request with an Idempotency-Key');
    await expect(database.execute(add)).rejects.toMatchObject(unknown);
    await guarded.sql('DROP TRIGGER vanish ON notes');
    await works();
  });

  test('outside a transaction may have happened, and a read has not', async () => {
    const write = statement(`INSERT INTO notes (text) SELECT ${ending}`);
    await expect(database.execute(write)).rejects.toMatchObject(unknown);
    await expect(database.rows(statement(`SELECT ${ending}`))).rejects.toMatchObject(unavailable);
    await works();
  });

  test('inside a transaction has not happened, because COMMIT was never sent', async () => {
    const write = statement(`INSERT INTO notes (text) SELECT ${ending}`);
    const work = database.transaction(() => database.execute(write));
    await expect(work).rejects.toMatchObject(unavailable);
    const byTypeOrm = database.transaction((manager) => manager.query(write.text));
    await expect(byTypeOrm).rejects.toMatchObject(unavailable);
    await untilLost();
    await works();
  });

  test('through TypeORM alone may have happened', async () => {
    const write = `INSERT INTO notes (text) SELECT ${ending}`;
    const error = await guarded.dataSource.query(write).catch((reason: unknown) => reason);
    expect(database.translate(error)).toMatchObject(unknown);
    await untilLost();
    await works();
  });
});

describe('a database that cannot be reached', () => {
  test('is unavailable while its port is closed', async () => {
    const { master } = guarded.dataSource.driver as unknown as {
      master: { options: { connectionString: string } };
    };
    const closed = new URL(guarded.url);
    closed.port = '1';
    master.options.connectionString = closed.href;
    await guarded.sql(endAll);
    await untilLost();
    await expect(database.rows(one)).rejects.toMatchObject(unavailable);
    await expect(database.transaction(() => database.rows(one))).rejects.toMatchObject(unavailable);
    const write = statement(`INSERT INTO notes (text) VALUES ('never sent')`);
    await expect(database.execute(write)).rejects.toMatchObject(unavailable);
    master.options.connectionString = guarded.url;
    await works();
  });

  test('is overloaded when every connection is in use for too long', async () => {
    const options = { url: guarded.url, entities: [], poolSize: 1, connectTimeoutMS: 100 };
    const source = await new DataSource(dualIdDataSource(options)).initialize();
    const small = new Database(source, {});
    await small.transaction(async () => {
      await expect(new Database(source, {}).rows(one)).rejects.toMatchObject(overloaded);
    });
    await source.destroy();
    await expect(small.rows(one)).rejects.toMatchObject(unavailable);
  });
});
