import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectNoInternalIds } from 'nest-dual-id/testing';
import type { Example } from '../../support/example.js';
import { startExample } from '../../support/example.js';
import {
  Account,
  AccountsController,
  Change,
  ChangesController,
  migrateAccounts,
} from './change-log.js';

let accounts: Example;
beforeAll(async () => {
  accounts = await startExample({
    entities: [Account, Change],
    controllers: [AccountsController, ChangesController],
    migrate: migrateAccounts,
  });
});
afterAll(() => accounts.stop());

const open = (email: string) => accounts.ask('POST', '/accounts', { body: { email } });

test('every change is logged by integer inside and by public id outside', async () => {
  const { uuid } = (await open('ada@example.org')).json as { uuid: string };
  const email = 'countess@example.org';
  await accounts.ask('PATCH', `/accounts/${uuid}`, { body: { email } });
  await accounts.ask('DELETE', `/accounts/${uuid}`);
  const { json } = await accounts.ask('GET', '/changes?sort=occurredAt&entity=account');
  const operation = (name: string) => ({ entity: 'account', recordUuid: uuid, operation: name });
  expect(json['items']).toMatchObject(['INSERT', 'UPDATE', 'DELETE'].map(operation));
  const records = await accounts.sql('SELECT DISTINCT record_id FROM changes');
  expect(records).toEqual([{ record_id: '1' }]);
});

test('no internal id leaves or enters', async () => {
  const seed = () => Promise.all([open('grace@example.org'), open('joan@example.org')]);
  await expectNoInternalIds(await accounts.asOwner(), { seed });
});
