import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Database, dualIdDataSource, statement } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { DatabaseProxy } from '../../support/database-proxy.js';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase, runSql } from '../../support/empty-database.js';

let empty: TestDatabase;
let proxy: DatabaseProxy;
let source: DataSource;
let database: Database;
beforeAll(async () => {
  empty = await emptyDatabase();
  await runSql(empty.url, 'CREATE TABLE notes (text text)');
  proxy = await DatabaseProxy.before(empty.url);
  const limits = { query: 300 };
  const options = dualIdDataSource({ url: proxy.url, entities: [], poolSize: 1, limits });
  source = await new DataSource(options).initialize();
  database = new Database(source, {});
});
afterAll(async () => {
  await source.destroy();
  await proxy.stop();
  await empty.drop();
});

const write = (text: string) =>
  database.execute(statement('INSERT INTO notes VALUES ($1)'), [text]);
const notes = async () =>
  (await runSql<{ text: string }>(empty.url, 'SELECT text FROM notes')).map(({ text }) => text);

test('a write after a transaction that began too late is not written into that one', async () => {
  const frozen = proxy.at(/^(?:START TRANSACTION|BEGIN)/, 'frozen behind it');
  const late = database.transaction(() => write('late'));
  await expect(late).rejects.toMatchObject({ code: 'unavailable' });
  await frozen;
  proxy.thaw();
  await write('acknowledged');
  expect(await notes()).toEqual(['acknowledged']);
});

test('a write whose response came too late may have been done, and harms no other', async () => {
  const frozen = proxy.at(/^INSERT/, 'frozen behind it');
  await expect(write('open')).rejects.toMatchObject({ code: 'outcome_unknown' });
  await frozen;
  proxy.thaw();
  await write('next');
  expect((await notes()).filter((text) => text === 'next')).toEqual(['next']);
});
