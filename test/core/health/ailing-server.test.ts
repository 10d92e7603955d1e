import { afterEach, describe, expect, test } from '@jest/globals';
import { dualIdDataSource, Readiness } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { runSql } from '../../support/empty-database.js';
import type { OwnServer } from '../../support/own-server.js';
import { ownServer } from '../../support/own-server.js';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

async function aServer(): Promise<OwnServer> {
  const server = await ownServer();
  undo.push(server.stop);
  return server;
}

async function ready(url: string, access: 'read' | 'write' = 'write'): Promise<Readiness> {
  const dataSource = new DataSource(dualIdDataSource({ url, entities: [] }));
  await dataSource.initialize();
  const readiness = new Readiness(dataSource, { readiness: { access, limit: 500 } });
  undo.push(
    () => dataSource.destroy(),
    () => readiness.onApplicationShutdown(),
  );
  return readiness;
}

const moment = () => new Promise((resolve) => setTimeout(resolve, 300));
const unavailable = { code: 'unavailable', status: 503 };

async function timed(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work;
  return performance.now() - start;
}

describe('an application whose server', () => {
  test('is frozen is reported within the limit, and again when it is back', async () => {
    const server = await aServer();
    const readiness = await ready(server.url);
    const fresh = await ready(server.url);
    await readiness.check();
    await moment();
    await server.freeze();
    undo.push(server.thaw);
    // The first check uses its existing connection, the others have to open one.
    for (const asked of [readiness, readiness, fresh]) {
      const refused = expect(asked.check()).rejects.toMatchObject(unavailable);
      expect(await timed(refused)).toBeLessThan(1_500);
      await moment();
    }
    server.thaw();
    await moment();
    await readiness.check();
    await fresh.check();
  });

  test('is a standby is ready to read, and to write once it is promoted', async () => {
    const server = await aServer();
    await server.restartAsStandby();
    const writer = await ready(server.url);
    const reader = await ready(server.url, 'read');
    await reader.check();
    await expect(writer.check()).rejects.toMatchObject(unavailable);
    await runSql(server.url, 'SELECT pg_promote()');
    await moment();
    await writer.check();
  });
});
