import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RegistryModule, RegistryRecords } from 'nest-dual-id/registry';
import { expectNoInternalIds } from 'nest-dual-id/testing';
import type { Passport, PublicId } from 'nest-dual-id';
import type { Example } from '../../support/example.js';
import { startExample } from '../../support/example.js';
import { Campaign, CampaignsController, MastersController, migrateCampaigns } from './ovasabi.js';

let service: Example;
beforeAll(async () => {
  service = await startExample({
    entities: [Campaign],
    controllers: [CampaignsController, MastersController],
    migrate: migrateCampaigns,
    imports: [RegistryModule],
  });
});
afterAll(() => service.stop());

const start = (name: string) =>
  service.ask('POST', '/campaigns', { body: { name, goal: 'reach' } });
const describe = (uuid: string, description: string, version: number) =>
  service.ask('PATCH', `/masters/${uuid}`, {
    body: { description },
    headers: { 'if-match': `"${version}"` },
  });

test('a master record and the row of its service are one', async () => {
  const { body } = await start('Spring');
  const uuid = body.masterUuid as PublicId<Passport>;
  const records = service.app.get(RegistryRecords, { strict: false });
  expect(await records.get(uuid)).toMatchObject({ type: 'campaign', name: 'Spring' });
  const [row] = await service.sql(`SELECT master_id FROM campaigns
    WHERE master_uuid = '${uuid}'`);
  expect(row!['master_id']).toBe((await records.get(uuid)).id);
  await expect(records.remove(uuid)).rejects.toMatchObject({ code: 'still_referenced' });
  expect((await start('Spring')).status).toBe(409);
});

test('of many writers of a version one wins, and the others get 412 and the current version', async () => {
  const { body } = await start('Raced');
  const uuid = String(body.masterUuid);
  const writers = Array.from({ length: 8 }, (_, n) => describe(uuid, `writer ${n}`, 1));
  const answers = await Promise.all(writers);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(412)]);
  const late = await describe(uuid, 'late', 1);
  expect(late.body).toMatchObject({ code: 'version_mismatch' });
  expect((await describe(uuid, 'in time', 2)).status).toBe(200);
});

test('no internal id leaves or enters', async () => {
  const seed = () => Promise.all([start('Summer'), start('Autumn')]);
  await expectNoInternalIds(await service.asOwner(), { seed });
});
