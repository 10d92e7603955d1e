import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addDualId, installDualId } from 'nest-dual-id';
import { addHistory, installHistory } from 'nest-dual-id/history';
import { DataSource } from 'typeorm';
import type { OwnServer } from '../../support/own-server.js';
import { ownServer } from '../../support/own-server.js';

let server: OwnServer;
let source: DataSource;
beforeAll(async () => {
  server = await ownServer(undefined, { max_prepared_transactions: '4' });
  source = await new DataSource({ type: 'postgres', url: server.url }).initialize();
  await source.transaction(async (runner) => {
    await installDualId(runner);
    await runner.query('CREATE TABLE people (name text)');
    await addDualId(runner, { table: 'people', type: { id: 30, name: 'person' } });
    await installHistory(runner);
    await addHistory(runner, { table: 'people', keep: 'rows' });
  });
}, 120_000);
afterAll(async () => {
  await source.destroy();
  await server.stop();
});

test('a prepared transaction has its changes in the log once it is committed', async () => {
  const actor = '00000000-0000-4000-8000-000000000001';
  for (const [name, end] of [
    ['kept', 'COMMIT'],
    ['undone', 'ROLLBACK'],
  ]) {
    await source.query(`BEGIN; SET LOCAL dual_id.actor = '${actor}';
      INSERT INTO people (name) VALUES ('${name}'); PREPARE TRANSACTION '${name}'`);
    expect(
      await source.query(`SELECT FROM dual_id.changes WHERE new ->> 'name' = '${name}'`),
    ).toEqual([]);
    await source.query('SELECT dual_id.make_change_partitions(3)');
    await source.query(`${end} PREPARED '${name}'`);
  }
  const changes = await source.query(
    `SELECT operation, actor, new ->> 'name' AS name FROM dual_id.changes`,
  );
  expect(changes).toEqual([{ operation: 'I', actor, name: 'kept' }]);
});
