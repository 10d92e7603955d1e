import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Passport, PublicId } from 'nest-dual-id';
import { Repositories } from 'nest-dual-id';
import { Impact } from 'nest-dual-id/registry';
import { Neighbours, RelationsService, uninstallRelations } from 'nest-dual-id/relations';
import { Delivery } from '../../examples/deliveries.js';
import type { Campaigns } from './campaigns.js';
import { Campaign, campaigns, CampaignView } from './campaigns.js';

type Uuid = PublicId<Passport>;

let service: Campaigns;
let relations: RelationsService;
let impact: Impact;
beforeAll(async () => {
  service = await campaigns();
  relations = service.app.get(RelationsService);
  impact = service.app.get(Impact);
  await service.sql('CREATE TABLE ledger (master bigint REFERENCES dual_id.passports (id))');
});
afterAll(() => service.stop());

/** A record with rows of two services, an edge and a row of a table that no entity maps. */
async function entangled(type: string): Promise<{ uuid: Uuid; other: Uuid }> {
  const { id, uuid } = await service.records.create({ type });
  const { uuid: other } = await service.records.create({ type: 'pattern' });
  const repository = service.app.get(Repositories).of(Campaign);
  await repository.create(CampaignView, { title: 'Sale', masterUuid: uuid });
  await service.database.transaction((manager) =>
    manager.insert(Delivery, { number: uuid, sentOn: '2026-01-15', masterUuid: uuid }),
  );
  await relations.relate({ fromUuid: other, relation: 'owner', toUuid: uuid });
  await service.sql('INSERT INTO ledger VALUES ($1)', [id]);
  return { uuid, other };
}

const everywhere = [
  'DELETE FROM campaigns WHERE master_uuid = $1',
  'DELETE FROM deliveries WHERE master_uuid = $1',
  'DELETE FROM ledger l USING dual_id.passports p WHERE p.id = l.master AND p.uuid = $1',
];
const everyEdge = `DELETE FROM dual_id.relations USING dual_id.passports p
  WHERE p.id IN (from_id, to_id) AND p.uuid = $1`;

describe('a record whose kind restricts', () => {
  test('is kept while anything refers to it, and the error names what does', async () => {
    const { uuid, other } = await entangled('master');
    const refused = () =>
      service.records.remove(uuid).then(
        () => '',
        (error: { code: string; message: string }) => `${error.code} ${error.message}`,
      );
    expect(await refused()).toBe(
      'still_referenced What refers to it: campaign, delivery, other, relation. Remove everything that refers to it first.',
    );
    for (const text of everywhere) await service.sql(text, [uuid]);
    expect(await refused()).toContain('refers to it: relation.');
    await relations.unrelate({ fromUuid: other, relation: 'owner', toUuid: uuid });
    expect(await service.records.remove(uuid)).toMatchObject({ status: 'deleted' });
  });

  test('shows beforehand what would block the delete', async () => {
    const { uuid } = await entangled('master');
    const { items } = await impact.of(uuid);
    const told = items.map(({ kind, type, through, count }) => [kind, type, through, count]);
    expect(told.toSorted()).toEqual([
      ['link', 'campaign', 'masterUuid', 1],
      ['link', 'delivery', 'masterUuid', 1],
      ['link', 'other', null, 1],
      ['relation', 'owner', 'in', 1],
    ]);
    expect(items.find(({ type }) => type === 'campaign')!.examples).toHaveLength(1);
  });
});

describe('the delete of a record whose kind restricts, and its impact', () => {
  const run = (text: string, uuid: Uuid) =>
    service.database.transaction((manager) => manager.query(text, [uuid]));
  const referring: readonly [string, string, (uuid: Uuid, other: Uuid) => Promise<unknown>][] = [
    [
      'a foreign key',
      'link other',
      (uuid) => run('INSERT INTO ledger SELECT id FROM dual_id.passports WHERE uuid = $1', uuid),
    ],
    [
      'a master link',
      'link campaign',
      (uuid) => run(`INSERT INTO campaigns (title, master_uuid) VALUES ('Sale', $1)`, uuid),
    ],
    [
      'an edge from it',
      'relation member',
      (uuid, other) => relations.relate({ fromUuid: uuid, relation: 'member', toUuid: other }),
    ],
    [
      'an edge to it',
      'relation owner',
      (uuid, other) => relations.relate({ fromUuid: other, relation: 'owner', toUuid: uuid }),
    ],
  ];
  const pair = async () => {
    const { uuid } = await service.records.create({ type: 'master' });
    const { uuid: other } = await service.records.create({ type: 'pattern' });
    return { uuid, other };
  };
  const told = async (uuid: Uuid) =>
    (await impact.of(uuid)).items.map(({ kind, type }) => `${kind} ${type}`);

  test.each(referring)('agree on %s', async (_what, item, refer) => {
    const { uuid, other } = await pair();
    expect(await told(uuid)).toEqual([]);
    await refer(uuid, other);
    expect(await told(uuid)).toEqual([item]);
    await expect(service.records.remove(uuid)).rejects.toMatchObject({ code: 'still_referenced' });
    for (const text of [...everywhere, everyEdge]) await service.sql(text, [uuid]);
    expect(await told(uuid)).toEqual([]);
    expect(await service.records.remove(uuid)).toMatchObject({ status: 'deleted' });
  });

  test('agree that deleted rows do not count', async () => {
    const { uuid, other } = await pair();
    await relations.relate({ fromUuid: other, relation: 'owner', toUuid: uuid });
    await service.records.remove(other);
    expect(await told(uuid)).toEqual([]);
    expect(await service.records.remove(uuid)).toMatchObject({ status: 'deleted' });
  });

  test.each(referring)('wait for %s that is being written', async (_what, item, refer) => {
    const { uuid, other } = await pair();
    const removal = new EventEmitter();
    const writing = service.database.transaction(async () => {
      await refer(uuid, other);
      removal.emit('may begin');
      await setTimeout(300);
    });
    await once(removal, 'may begin');
    const removing = service.records.remove(uuid).catch((error: unknown) => error);
    expect(await Promise.race([removing, writing.then(() => 'the writer')])).toBe('the writer');
    expect(await removing).toMatchObject({ code: 'still_referenced' });
    expect(await told(uuid)).toEqual([item]);
  });
});

describe('a record whose kind does not', () => {
  test('becomes a tombstone, keeps what refers to it, and comes back with all of it', async () => {
    const { uuid, other } = await entangled('pattern');
    expect(await service.records.remove(uuid)).toMatchObject({ status: 'deleted' });
    for (const table of ['campaigns', 'deliveries']) {
      const rows = `SELECT FROM ${table} WHERE master_uuid = $1`;
      expect(await service.sql(rows, [uuid])).toHaveLength(1);
    }
    const neighbours = service.app.get(Neighbours);
    expect((await neighbours.page(other)).items).toEqual([]);
    await expect(impact.of(uuid)).rejects.toMatchObject({ code: 'gone' });
    const edge = { fromUuid: other, relation: 'member', toUuid: uuid };
    await expect(relations.relate(edge)).rejects.toMatchObject({ code: 'gone' });
    await service.records.restore(uuid);
    expect((await neighbours.page(other)).items).toMatchObject([{ entity: { uuid } }]);
    expect((await impact.of(uuid)).items).toHaveLength(4);
  });
});

test('a record without restrictions can be deleted without relations in the database', async () => {
  await uninstallRelations({ query: (text) => service.sql(text) });
  const { uuid } = await service.records.create({ type: 'master' });
  expect(await impact.of(uuid)).toEqual({ uuid, type: 'master', items: [] });
  expect(await service.records.remove(uuid)).toMatchObject({ status: 'deleted' });
});
