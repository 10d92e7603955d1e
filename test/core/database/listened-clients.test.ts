import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Database, dualIdDataSource, statement } from 'nest-dual-id';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { DatabaseProxy } from '../../support/database-proxy.js';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase } from '../../support/empty-database.js';

let empty: TestDatabase;
let proxy: DatabaseProxy;
beforeAll(async () => {
  empty = await emptyDatabase();
  proxy = await DatabaseProxy.before(empty.url);
});
afterAll(async () => {
  await proxy.stop();
  await empty.drop();
});

/** A pool of one connection, opened by TypeORM before the library knows of it. */
async function openPool() {
  const options = dualIdDataSource({ url: proxy.url, entities: [], poolSize: 1 });
  const source = await new DataSource(options).initialize();
  await source.query('SELECT 1');
  const database = new Database(source, {});
  const { master } = source.driver as unknown as { master: Pool };
  return { source, database, master };
}

test('a connection that ends while being handed to a transaction ends nothing else', async () => {
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push(error);
  process.on('uncaughtException', note);
  const { source, database, master } = await openPool();
  for (let round = 0; round < 3; round += 1) {
    const ended = proxy.at(/pg_sleep/, 'ended with its answer');
    const read = master.query('SELECT pg_sleep(0.1)');
    await ended;
    const runner = source.createQueryRunner();
    const waiting = runner.connect().then(() => runner.query('SELECT 1'));
    await read;
    await expect(waiting).rejects.toThrow();
    expect(uncaught).toEqual([]);
    await runner.release();
    expect(await database.rows(statement('SELECT 1'))).toEqual([[1]]);
  }
  await source.destroy();
  process.off('uncaughtException', note);
});
