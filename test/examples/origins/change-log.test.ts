import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newPublicId } from 'nest-dual-id';
import { ApiKey, ApiKeys } from 'nest-dual-id/api-keys';
import { expectNoInternalIds } from 'nest-dual-id/testing';
import type { Example } from '../../support/example.js';
import { startExample } from '../../support/example.js';
import {
  Account,
  AccountsController,
  ChangesController,
  keysOfAccounts,
  migrateAccounts,
  OwnAccountController,
  Plan,
} from './change-log.js';

const scopes = ['accounts:manage', 'keys:manage'];
const plan = newPublicId(4);
let accounts: Example;
let operator: string;
beforeAll(async () => {
  accounts = await startExample({
    entities: [Account, Plan, ApiKey],
    controllers: [AccountsController, OwnAccountController, ChangesController],
    imports: [keysOfAccounts('7e'.repeat(32))],
    migrate: migrateAccounts,
  });
  operator = (await accounts.app.get(ApiKeys).create({ name: 'operator', scopes })).token;
  await accounts.sql(`INSERT INTO plans (uuid, name) VALUES ('${plan}', 'free')`);
});
afterAll(() => accounts.stop());

const ask = (method: string, path: string, body?: object, token = operator) =>
  accounts.ask(method, path, {
    ...(body && { body }),
    headers: { authorization: `Bearer ${token}` },
  });
const open = async (email: string) =>
  (await ask('POST', '/accounts', { email, planUuid: plan })).body as { readonly uuid: string };
const issue = async (principalUuid: string) =>
  (await ask('POST', '/keys', { name: 'meter', scopes: [], principalUuid })).body as {
    readonly uuid: string;
    readonly token: string;
  };

test('a key knows its account and the plan of it, until it is revoked', async () => {
  const { uuid } = await open('ada@example.org');
  const key = await issue(uuid);
  const known = await ask('GET', '/account', undefined, key.token);
  expect(known.body).toEqual({ uuid, email: 'ada@example.org', plan: 'free' });
  expect((await ask('GET', '/accounts', undefined, key.token)).status).toBe(405);
  expect((await ask('GET', '/changes', undefined, key.token)).status).toBe(403);
  await ask('DELETE', `/keys/${key.uuid}`);
  expect((await ask('GET', '/account', undefined, key.token)).status).toBe(401);
});

test('every change is logged by integer inside and by public id outside', async () => {
  const account = await open('joan@example.org');
  await ask('PATCH', `/accounts/${account.uuid}`, { email: 'jean@example.org' });
  const key = await issue(account.uuid);
  await ask('DELETE', `/keys/${key.uuid}`);
  await ask('DELETE', `/accounts/${account.uuid}`);
  const { body } = await ask('GET', '/changes');
  const change = (entity: string, recordUuid: string, operation: string) => ({
    entity,
    recordUuid,
    operation,
  });
  expect(body.slice(0, 5)).toMatchObject([
    change('accounts', account.uuid, 'DELETE'),
    change('api_keys', key.uuid, 'UPDATE'),
    change('api_keys', key.uuid, 'INSERT'),
    change('accounts', account.uuid, 'UPDATE'),
    change('accounts', account.uuid, 'INSERT'),
  ]);
  const log = await accounts.sql(`SELECT l.table_name, l.record_id, l.operation
    FROM dual_id.change_log l JOIN dual_id.api_keys k ON k.id = l.record_id
    WHERE l.table_name = 'api_keys' AND k.uuid = '${key.uuid}' ORDER BY l.change_id`);
  expect(log.map(({ operation }) => operation)).toEqual(['INSERT', 'UPDATE']);
  expect(new Set(log.map((row) => row['record_id'])).size).toBe(1);
});

test('no internal id leaves or enters', async () => {
  const seed = () => Promise.all([open('grace@example.org'), open('mary@example.org')]);
  const app = await accounts.asOwner();
  const key = { name: 'meter', scopes: [] };
  await expectNoInternalIds(app, {
    seed,
    headers: { authorization: `Bearer ${operator}` },
    bodies: {
      'POST /accounts': { email: 'rosa@example.org', planUuid: plan },
      'PATCH /accounts/{accountUuid}': { email: 'rosalind@example.org', planUuid: plan },
      'POST /keys': key,
    },
    params: async () => ({
      '/accounts/{accountUuid}': await Promise.all(
        ['ruth@example.org', 'rita@example.org'].map(async (email) => ({
          accountUuid: (await open(email)).uuid,
        })),
      ),
      '/keys/{keyUuid}': await Promise.all(
        [key, key].map(async (one) => ({
          keyUuid: ((await ask('POST', '/keys', one)).body as { uuid: string }).uuid,
        })),
      ),
    }),
    skip: { 'GET /account': 'the key of the crawl acts for no account' },
  });
});
