import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Repositories } from 'nest-dual-id';
import type { DualIdRepository, Passport, PublicId } from 'nest-dual-id';
import type { Campaigns } from './campaigns.js';
import { Campaign, campaigns, CampaignView } from './campaigns.js';

let service: Campaigns;
let repository: DualIdRepository<Campaign>;
beforeAll(async () => {
  service = await campaigns();
  repository = service.app.get(Repositories).of(Campaign);
});
afterAll(() => service.stop());

const nobody = '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e' as PublicId<Passport>;
const aMaster = () => service.records.create({ type: 'master', name: 'Spring' });
const link = (id: string, uuid: string) =>
  service.sql('INSERT INTO campaigns (title, master_id, master_uuid) VALUES ($1, $2, $3)', [
    'raw',
    id,
    uuid,
  ]);

describe('a row of a service', () => {
  test('belongs to a passport by both ids, and shows the public one', async () => {
    const { id, uuid } = await aMaster();
    const campaign = await repository.create(CampaignView, { title: 'Sale', masterUuid: uuid });
    expect(campaign).toEqual({ uuid: campaign.uuid, masterUuid: uuid, title: 'Sale' });
    const [row] = await service.sql('SELECT master_id FROM campaigns WHERE master_uuid = $1', [
      uuid,
    ]);
    expect(row).toEqual({ master_id: id });
  });

  test('and its passport commit or vanish together', async () => {
    let uuid = nobody;
    const work = service.database.transaction(async () => {
      ({ uuid } = await aMaster());
      await repository.create(CampaignView, { title: null as never, masterUuid: uuid });
    });
    await expect(work).rejects.toMatchObject({ code: 'rule_violated' });
    await expect(service.records.get(uuid)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('of an unknown passport is refused by the name of its property', async () => {
    const making = repository.create(CampaignView, { title: 'x', masterUuid: nobody });
    await expect(making).rejects.toMatchObject({
      code: 'missing_reference',
      details: { errors: [{ pointer: '/masterUuid' }] },
    });
  });

  test('of a deleted passport is refused, also by raw SQL', async () => {
    const { id, uuid } = await service.records.create({ type: 'pattern' });
    await service.records.remove(uuid);
    const making = repository.create(CampaignView, { title: 'x', masterUuid: uuid });
    await expect(making).rejects.toMatchObject({
      code: 'missing_reference',
      details: { errors: [{ pointer: '/masterUuid' }] },
    });
    await expect(link(id, uuid)).rejects.toMatchObject({ code: 'DI422' });
    await service.records.restore(uuid);
    await link(id, uuid);
  });

  test('is the only one of its passport, even if two are created at once', async () => {
    const { uuid } = await aMaster();
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map(() => repository.create(CampaignView, { title: 'x', masterUuid: uuid })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason).toMatchObject({ code: 'conflict' });
  });

  test('cannot have the id of one passport and the public id of another, even by raw SQL', async () => {
    const [one, other] = [await aMaster(), await aMaster()];
    await expect(link(one.id, other.uuid)).rejects.toMatchObject({
      code: '23503',
      constraint: 'campaigns_master_id_master_uuid_fk',
    });
    await link(one.id, one.uuid);
    const move = `UPDATE campaigns SET master_id = ${other.id}, master_uuid = '${other.uuid}'
      WHERE master_uuid = '${one.uuid}'`;
    await expect(service.sql(move)).rejects.toMatchObject({ code: '23000' });
  });
});

describe('a passport', () => {
  test('whose kind restricts is not deleted while a row belongs to it', async () => {
    const { id, uuid } = await aMaster();
    await link(id, uuid);
    await expect(service.records.remove(uuid)).rejects.toMatchObject({ code: 'still_referenced' });
    await service.sql('DELETE FROM campaigns WHERE master_uuid = $1', [uuid]);
    expect(await service.records.remove(uuid)).toMatchObject({ status: 'deleted' });
  });

  test('whose kind does not restrict becomes a tombstone, and the row stays', async () => {
    const { id, uuid } = await service.records.create({ type: 'pattern' });
    await link(id, uuid);
    await service.records.remove(uuid);
    expect(await service.sql('SELECT 1 FROM campaigns WHERE master_id = $1', [id])).toHaveLength(1);
  });

  test('that is linked while it is being deleted is either kept or not linked', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { id, uuid } = await aMaster();
      const [linked, removed] = await Promise.allSettled([
        link(id, uuid),
        service.records.remove(uuid),
      ]);
      expect([linked.status, removed.status].toSorted()).toEqual(['fulfilled', 'rejected']);
    }
  });

  test('that an entity is about to delete is waited for, and then not linked', async () => {
    const { uuid } = await repository.create(CampaignView, {
      title: 'Leaving',
      masterUuid: (await aMaster()).uuid,
    });
    const [{ id }] = (await service.sql('SELECT id FROM dual_id.passports WHERE uuid = $1', [
      uuid,
    ])) as [{ id: string }];
    let linking: Promise<unknown> = Promise.resolve();
    await service.database.transaction(async (manager) => {
      await manager.query('DELETE FROM campaigns WHERE uuid = $1', [uuid]);
      linking = link(id, uuid).catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    expect(await linking).toMatchObject({ code: 'DI422' });
  });

  test('of an entity cannot be renamed or deleted on its own', async () => {
    const { uuid } = await aMaster();
    const campaign = await repository.create(CampaignView, { title: 'Own', masterUuid: uuid });
    const own = campaign.uuid as unknown as PublicId<Passport>;
    const refused = { code: 'rule_violated' };
    await expect(service.records.update(own, { name: 'x' })).rejects.toMatchObject(refused);
    await expect(service.records.remove(own)).rejects.toMatchObject(refused);
    expect(await service.records.update(own, { description: 'noted' })).toMatchObject({
      name: 'Own',
      description: 'noted',
    });
  });
});

test('TypeORM finds nothing to change on a table with a link', async () => {
  const { upQueries } = await service.owner.driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query)).toEqual([]);
});
