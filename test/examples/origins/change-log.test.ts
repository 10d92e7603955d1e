import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectNoInternalIds } from 'nest-dual-id/testing';
import type { Example } from '../../support/example.js';
import { startExample } from '../../support/example.js';
import {
  Account,
  AccountsController,
  ChangesController,
  migrateAccounts,
  Plan,
} from './change-log.js';

let accounts: Example;
beforeAll(async () => {
  accounts = await startExample({
    entities: [Account, Plan],
    controllers: [AccountsController, ChangesController],
    migrate: migrateAccounts,
  });
});
afterAll(() => accounts.stop());

const open = (email: string) => accounts.ask('POST', '/accounts', { body: { email } });

test('every change is logged by integer inside and by public id outside', async () => {
  const { uuid } = (await open('ada@example.org')).body as { uuid: string };
  const email = 'countess@example.org';
  await accounts.ask('PATCH', `/accounts/${uuid}`, { body: { email } });
  await accounts.ask('DELETE', `/accounts/${uuid}`);
  await accounts.sql(`INSERT INTO plans (name) VALUES ('free')`);
  const response = await accounts.ask('GET', '/changes');
  const change = (operation: string) => ({ entity: 'accounts', recordUuid: uuid, operation });
  expect(JSON.parse(response.text)).toMatchObject([
    { entity: 'plans', operation: 'INSERT' },
    ...['DELETE', 'UPDATE', 'INSERT'].map(change),
  ]);
  const log = await accounts.sql('SELECT * FROM dual_id.change_log ORDER BY change_id');
  expect(log.map((row) => [row['table_name'], row['record_id'], row['operation']])).toEqual([
    ['accounts', '1', 'INSERT'],
    ['accounts', '1', 'UPDATE'],
    ['accounts', '1', 'DELETE'],
    ['plans', '1', 'INSERT'],
  ]);
});

test('no internal id leaves or enters', async () => {
  const seed = () => Promise.all([open('grace@example.org'), open('joan@example.org')]);
  await expectNoInternalIds(await accounts.asOwner(), { seed });
});
