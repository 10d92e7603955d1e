import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dualIdDataSource, Readiness } from 'nest-dual-id';
import type { ReadinessOptions } from 'nest-dual-id';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase } from '../../support/database.js';
import { runSql } from '../../support/empty-database.js';

let database: TestDatabase;
let name: string;
const opened: { readiness: Readiness; dataSource: DataSource }[] = [];

beforeAll(async () => {
  database = await emptyDatabase();
  name = new URL(database.url).pathname.slice(1);
});
afterAll(async () => {
  for (const { readiness, dataSource } of opened) {
    readiness.onApplicationShutdown();
    await dataSource.destroy();
  }
  await database.drop();
});

async function ready(options: ReadinessOptions = {}, url = database.url) {
  const dataSource = new DataSource(dualIdDataSource({ url, entities: [], poolSize: 2 }));
  await dataSource.initialize();
  const readiness = new Readiness(dataSource, { readiness: options });
  opened.push({ readiness, dataSource });
  return { readiness, dataSource };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
/** Long enough for the next check to query again. */
const moment = () => pause(300);
const unavailable = { code: 'unavailable', status: 503 };
const admin = (sql: string) => runSql(process.env['TEST_SERVER_URL']!, sql);
const endSessions = () =>
  admin(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${name}'`);

describe('an application is ready', () => {
  test('while its pool is busy and its tables are locked', async () => {
    const { readiness, dataSource } = await ready();
    await runSql(database.url, 'CREATE TABLE things (name text)');
    const runners = [dataSource.createQueryRunner(), dataSource.createQueryRunner()];
    for (const runner of runners) await runner.connect();
    await runners[0]!.startTransaction();
    await runners[0]!.query('LOCK TABLE things');
    const waiting = runners[1]!.query('SELECT FROM things');
    await readiness.check();
    await runners[0]!.rollbackTransaction();
    await waiting;
    for (const runner of runners) await runner.release();
  });

  test('with a role that may only connect', async () => {
    await admin(`CREATE ROLE ${name} LOGIN PASSWORD 'plain'`);
    await admin(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
    await admin(`GRANT CONNECT ON DATABASE ${name} TO ${name}`);
    const url = new URL(database.url);
    url.username = name;
    url.password = 'plain';
    const { readiness, dataSource } = await ready({}, url.href);
    await readiness.check();
    readiness.onApplicationShutdown();
    await dataSource.destroy();
    opened.pop();
    await admin(`REVOKE ALL ON DATABASE ${name} FROM ${name}`);
    await admin(`DROP ROLE ${name}`);
  });

  test('although its connection was ended since the last check', async () => {
    const { readiness } = await ready();
    await readiness.check();
    await endSessions();
    await moment();
    await readiness.check();
  });

  test('with one connection, however many ask', async () => {
    const { readiness } = await ready();
    await endSessions();
    await Promise.all(Array.from({ length: 100 }, () => readiness.check()));
    const sessions = await admin(`SELECT FROM pg_stat_activity WHERE datname = '${name}'`);
    expect(sessions).toHaveLength(1);
  });
});

describe('an application is not ready', () => {
  test('on a read-only database, unless it only reads', async () => {
    const { readiness } = await ready();
    const { readiness: reader } = await ready({ access: 'read' });
    await readiness.check();
    await admin(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await endSessions();
    await moment();
    await expect(readiness.check()).rejects.toMatchObject(unavailable);
    await reader.check();
    await admin(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    await endSessions();
    await moment();
    await readiness.check();
  });

  test('while its database takes no connections', async () => {
    const { readiness } = await ready();
    await readiness.check();
    await admin(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await endSessions();
    await moment();
    await expect(readiness.check()).rejects.toMatchObject(unavailable);
    await admin(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await moment();
    await readiness.check();
  });

  test('while a part of it is suspended, and is ready once no part is', async () => {
    const { readiness } = await ready();
    const [first, second] = [readiness.suspend('one part'), readiness.suspend('another')];
    await expect(readiness.check()).rejects.toMatchObject(unavailable);
    first();
    await expect(readiness.check()).rejects.toMatchObject(unavailable);
    second();
    await readiness.check();
    readiness.onModuleDestroy();
    await expect(readiness.check()).rejects.toMatchObject(unavailable);
  });

  test('and logs the reason each time it changes, but hides it from the client', async () => {
    const { readiness } = await ready();
    const lines: unknown[] = [];
    const note = (line: unknown) => void lines.push(line);
    Logger.overrideLogger({ log: note, warn: note, error: note });
    const resume = readiness.suspend('the till is open');
    const refused = await readiness.check().catch((error: unknown) => error as Error);
    expect(JSON.stringify(refused) + (refused as Error).message).not.toContain('till');
    await expect(readiness.check()).rejects.toMatchObject(unavailable);
    resume();
    await readiness.check();
    await readiness.check();
    Logger.overrideLogger(['error', 'warn']);
    expect(lines).toEqual(['Not ready: the till is open.', 'Ready again.']);
  });

  test('with an invalid time or limit', async () => {
    await expect(ready({ limit: 0 })).rejects.toMatchObject({ code: 'misuse' });
    await expect(ready({ writeEvery: NaN })).rejects.toMatchObject({ code: 'misuse' });
  });
});
