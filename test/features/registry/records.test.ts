import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InternalId, Passport, PublicId } from 'nest-dual-id';
import type { Campaigns } from './campaigns.js';
import { campaigns } from './campaigns.js';

let service: Campaigns;
beforeAll(async () => {
  service = await campaigns();
});
afterAll(() => service.stop());

const nobody = '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e' as PublicId<Passport>;
const settled = async (work: Promise<unknown>[]) =>
  (await Promise.allSettled(work)).map((one) =>
    one.status === 'fulfilled' ? 'done' : (one.reason as { code: string }).code,
  );

describe('a record', () => {
  test('is created with both ids, and keeps a null description', async () => {
    const made = await service.records.create({ type: 'pattern', name: 'Order flow' });
    expect(made).toMatchObject({ type: 'pattern', name: 'Order flow', description: null });
    expect(made).toMatchObject({ status: 'active', version: 1 });
    expect(await service.records.get(made.uuid)).toEqual(made);
    expect(await service.records.getByInternalId(made.id)).toEqual(made);
  });

  test('is rolled back with the transaction of its caller', async () => {
    const error = new Error('the service row fails');
    let uuid = nobody;
    const work = service.database.transaction(async () => {
      ({ uuid } = await service.records.create({ type: 'pattern', name: 'Gone' }));
      throw error;
    });
    await expect(work).rejects.toBe(error);
    await expect(service.records.get(uuid)).rejects.toMatchObject({ code: 'not_found' });
  });

  test.each(['nonsense', 'campaign'])('of the kind %s is refused', async (type) => {
    const making = service.records.create({ type, name: 'x' });
    await expect(making).rejects.toMatchObject({
      code: 'missing_reference',
      details: { errors: [{ pointer: '/type' }] },
    });
  });

  test('of an unknown kind is refused by the database itself', async () => {
    const insert = `INSERT INTO dual_id.passports (uuid, platform_type_id, guid)
      VALUES (gen_random_uuid(), 999, true)`;
    await expect(service.sql(insert)).rejects.toMatchObject({
      code: '23503',
      constraint: 'passports_platform_type_fk',
    });
  });

  test.each(['a\0b', 'half \ud83d'])(
    'with the text %j is refused with its location',
    async (text) => {
      const unstorable = (pointer: string) => ({
        code: 'rule_violated',
        details: { errors: [{ pointer, detail: 'is not a text that can be stored' }] },
      });
      const { records } = service;
      const inputs = [{ type: 'tag' }, { type: 'tag', description: text }];
      const named = { type: 'pattern', name: text };
      await expect(records.createMany(inputs)).rejects.toMatchObject(unstorable('/1/description'));
      await expect(records.create(named)).rejects.toMatchObject(unstorable('/name'));
      await expect(records.getOrCreate(named)).rejects.toMatchObject(unstorable('/name'));
      const { uuid } = await records.create({ type: 'tag' });
      const change = records.update(uuid, { description: text });
      await expect(change).rejects.toMatchObject(unstorable('/description'));
    },
  );

  test('that does not exist is not found', async () => {
    const none = { code: 'not_found' };
    await expect(service.records.get(nobody)).rejects.toMatchObject(none);
    await expect(service.records.update(nobody, {})).rejects.toMatchObject(none);
    const id = '9000000000000000000' as InternalId<Passport>;
    await expect(service.records.getByInternalId(id)).rejects.toMatchObject(none);
  });
});

describe('a batch', () => {
  test('returns records in the order of its inputs', async () => {
    const names = Array.from({ length: 3000 }, (_, n) => `batch ${(n * 7919) % 3000}`);
    const made = await service.records.createMany(names.map((name) => ({ type: 'tag', name })));
    expect(made.map(({ name }) => name)).toEqual(names);
  });

  test('is created whole or not at all, and says which input was wrong', async () => {
    const inputs = [
      { type: 'tag', name: 'whole' },
      { type: 'nonsense', name: 'x' },
    ];
    await expect(service.records.createMany(inputs)).rejects.toMatchObject({
      details: { errors: [{ pointer: '/1/type' }] },
    });
    const taken = [inputs[0]!, { type: 'tag', name: 'batch 1' }];
    await expect(service.records.createMany(taken)).rejects.toMatchObject({ code: 'conflict' });
    await expect(service.records.getByName('tag', 'whole')).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('a name', () => {
  test('that is unique finds its record, and is refused for a second one', async () => {
    const made = await service.records.create({ type: 'tag', name: 'Unique' });
    expect(await service.records.getByName('tag', 'Unique')).toEqual(made);
    await expect(service.records.create({ type: 'tag', name: 'Unique' })).rejects.toMatchObject({
      code: 'conflict',
      details: { errors: [{ pointer: '/name' }] },
    });
  });

  test('of a kind without unique names is not a key', async () => {
    await service.records.createMany([1, 2].map(() => ({ type: 'pattern', name: 'Twin' })));
    await expect(service.records.getByName('pattern', 'Twin')).rejects.toMatchObject({
      code: 'misuse',
    });
  });

  test('creates one record when many ask for it at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, () =>
        service.records.getOrCreate({ type: 'tag', name: 'Contended' }),
      ),
    );
    expect(new Set(answers.map(({ record }) => record.uuid)).size).toBe(1);
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(answers[0]!.record.version).toBe(1);
  });
});

describe('a change', () => {
  test('at a version is made by one of many writers', async () => {
    const { uuid } = await service.records.create({ type: 'pattern', name: 'Raced' });
    const writers = Array.from({ length: 20 }, (_, n) =>
      service.records.update(uuid, { description: `writer ${n}` }, 1),
    );
    const outcomes = await settled(writers);
    expect(outcomes.filter((one) => one === 'done')).toHaveLength(1);
    expect(outcomes.filter((one) => one === 'version_mismatch')).toHaveLength(19);
    expect(await service.records.get(uuid)).toMatchObject({ version: 2 });
    await expect(service.records.update(uuid, {}, 1)).rejects.toMatchObject({
      details: { currentVersion: 2 },
    });
  });

  test('changes only what it names', async () => {
    const { uuid } = await service.records.create({
      type: 'tag',
      name: 'Before',
      description: 'd',
    });
    await service.records.update(uuid, { name: 'After' });
    expect(await service.records.get(uuid)).toMatchObject({ name: 'After', description: 'd' });
    expect((await service.records.getByName('tag', 'After')).uuid).toBe(uuid);
    await service.records.update(uuid, { description: null, status: 'archived' });
    expect(await service.records.get(uuid)).toMatchObject({
      name: 'After',
      description: null,
      status: 'archived',
    });
  });

  test('to a name that another record has is a conflict', async () => {
    const { uuid } = await service.records.create({ type: 'tag', name: 'Renamed' });
    await expect(service.records.update(uuid, { name: 'After' })).rejects.toMatchObject({
      code: 'conflict',
      details: { errors: [{ pointer: '/name' }] },
    });
  });
});

describe('a delete', () => {
  test('leaves a tombstone, frees the name and can be undone', async () => {
    const { uuid } = await service.records.create({ type: 'tag', name: 'Phoenix' });
    expect(await service.records.remove(uuid, 1)).toMatchObject({ status: 'deleted', version: 2 });
    await expect(service.records.get(uuid)).rejects.toMatchObject({ code: 'gone' });
    await expect(service.records.remove(uuid)).rejects.toMatchObject({ code: 'gone' });
    await expect(service.records.update(uuid, {})).rejects.toMatchObject({ code: 'gone' });
    const second = await service.records.create({ type: 'tag', name: 'Phoenix' });
    await expect(service.records.restore(uuid)).rejects.toMatchObject({ code: 'conflict' });
    await service.records.remove(second.uuid);
    expect(await service.records.restore(uuid)).toMatchObject({ status: 'active', version: 3 });
    expect((await service.records.getByName('tag', 'Phoenix')).uuid).toBe(uuid);
  });

  test('by many callers happens once', async () => {
    const { uuid } = await service.records.create({ type: 'pattern' });
    const outcomes = await settled(Array.from({ length: 10 }, () => service.records.remove(uuid)));
    expect(outcomes.sort()).toEqual(['done', ...Array(9).fill('gone')].sort());
  });
});
