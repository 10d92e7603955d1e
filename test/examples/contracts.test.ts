import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Repositories } from 'nest-dual-id';
import type { SchemaRunner } from 'nest-dual-id';
import { History } from 'nest-dual-id/history';
import { DataSource } from 'typeorm';
import type { Example } from '../support/example.js';
import { startExample } from '../support/example.js';
import {
  Client,
  ClientView,
  Contract,
  ContractsController,
  ContractView,
  dayOf,
  guarantorsOf,
  historyRoute,
  migrateContracts,
  renameTitle,
} from './contracts.js';

let example: Example;
let history: History;
let client: string;
let contract: string;
beforeAll(async () => {
  example = await startExample({
    entities: [Client, Contract],
    controllers: [ContractsController],
    imports: [historyRoute],
    migrate: migrateContracts,
  });
  history = example.app.get(History, { strict: false });
  const repositories = example.app.get(Repositories, { strict: false });
  client = (await repositories.of(Client).create(ClientView, { name: 'Ada' })).uuid;
  const input = { subject: 'Roof', fee: '100', clientUuid: client } as never;
  contract = (await repositories.of(Contract).create(ContractView, input)).uuid;
});
afterAll(() => example.stop());

const grace = '6b0a6f0e-6f3c-4f3a-9f39-6d0c8d1f0a11';

interface Item {
  readonly version: string;
  readonly validFrom: string;
}

describe('contracts', () => {
  test('are shown as they were, and go back to what they were', async () => {
    await example.sql("UPDATE contracts SET fee = '120'");
    const { body: page } = await example.ask('GET', `/registry/${contract}/history`);
    const [changed, created] = page.items as [Item, Item];
    expect(changed).toMatchObject({
      before: { contract: { fee: '100' } },
      after: { contract: { fee: '120' } },
    });
    const path = `/contracts/${contract}/revert`;
    const body = { to: created.validFrom, seen: changed.version };
    const back = await example.ask('POST', path, { body });
    expect(back).toMatchObject({ status: 201, body: { fee: '100', clientUuid: client } });
    expect(await example.ask('POST', path, { body })).toMatchObject({
      status: 412,
      body: { code: 'version_mismatch' },
    });
    const lastYear = await example.ask('GET', `/contracts/${contract}/fee-last-year`);
    expect(lastYear.body).toEqual({ fee: null });
  });

  test('tell what somebody did in one day', async () => {
    await example.sql(`BEGIN; SET LOCAL dual_id.actor = '${grace}';
      UPDATE contracts SET fee = '130'; UPDATE clients SET name = 'Bea'; COMMIT`);
    const today = new Date().toISOString().slice(0, 10);
    const [first, second] = await dayOf(history, grace, today);
    expect(first).toMatchObject({
      items: [{ after: { name: 'Bea' } }, { before: { fee: '100' }, after: { fee: '130' } }],
    });
    expect(second!.items).toHaveLength(2);
    expect(await dayOf(history, grace, '1999-01-01')).toEqual([]);
  });

  test('tell who vouched for them', async () => {
    await example.sql(`INSERT INTO contract_guarantors
      SELECT c.id, l.id FROM contracts c, clients l`);
    expect(await guarantorsOf(history, contract)).toMatchObject([
      { operation: 'added', clientUuid: client, actorUuid: null },
    ]);
  });

  test('keep their history when a column is renamed', async () => {
    await example.sql('ALTER TABLE contracts RENAME COLUMN subject TO title');
    await example.sql("UPDATE contracts SET title = 'Roof and walls'");
    const owner = await new DataSource({ type: 'postgres', url: example.ownerUrl }).initialize();
    await owner.transaction((runner) => renameTitle(runner as SchemaRunner));
    await owner.destroy();
    const { items } = await history.of(ContractView, contract, { limit: 1 });
    expect(items[0]).toMatchObject({ value: { subject: 'Roof and walls' } });
  });
});
