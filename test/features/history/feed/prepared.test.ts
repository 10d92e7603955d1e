import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, chmodSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addDualId, Database, dualIdDataSource, installDualId } from 'nest-dual-id';
import { startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import { addHistory, ChangeFeed, installHistory } from 'nest-dual-id/history';
import { DataSource } from 'typeorm';
import { drain, linesOf } from './feed-office.js';

const version = process.env['POSTGRES_VERSION'] === '15' ? 15 : 18;
const folder = mkdtempSync(join(tmpdir(), 'dual-id-prepared-'));
chmodSync(folder, 0o755);
let server: Awaited<ReturnType<typeof startEmbeddedPostgres>>;
let source: DataSource;

beforeAll(async () => {
  const settings = { fsync: 'off', max_prepared_transactions: '5' };
  server = await startEmbeddedPostgres({ dataDir: folder, version, settings });
  source = await new DataSource(dualIdDataSource({ url: server.url, entities: [] })).initialize();
  await source.transaction(async (runner) => {
    await installDualId(runner);
    await runner.query('CREATE TABLE notes (text text)');
    await addDualId(runner, { table: 'notes' });
    await installHistory(runner);
    await addHistory(runner, { table: 'notes', keep: 'ids' });
  });
});
afterAll(async () => {
  await source.destroy();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a prepared transaction holds the feed back until it commits, and its age is known', async () => {
  const feed = new ChangeFeed(new Database(source, {}));
  const { offset } = await feed.snapshot();
  const runner = source.createQueryRunner();
  await runner.query('BEGIN');
  await runner.query(`INSERT INTO notes (text) VALUES ('prepared')`);
  await runner.query(`PREPARE TRANSACTION 'held'`);
  await runner.query(`INSERT INTO notes (text) VALUES ('committed')`);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const held = await drain(feed, offset);
  expect(held.changes).toEqual([]);
  expect(await feed.horizonAge()).toBeGreaterThan(0.15);
  await runner.query(`COMMIT PREPARED 'held'`);
  await runner.release();
  expect(linesOf(await drain(feed, held.offset))).toEqual(['insert notes 1', 'insert notes 2']);
  expect(await feed.horizonAge()).toBe(0);
});
