import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';
import { Country, Customer, Note, Reading, Role } from '../../support/guarded-entities.js';

let guarded: GuardedDatabase;
beforeAll(async () => {
  guarded = await guardedDatabase();
});
afterAll(() => guarded.stop());

const versionOf = (uuid: string) => Number(uuid[14]);

describe('an entity', () => {
  test('is mapped exactly as the schema functions create its table', async () => {
    const { upQueries } = await guarded.owner.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  test('gets a public id of version 4 from the application before it is inserted', async () => {
    const { manager } = guarded.dataSource;
    const customer = manager.create(Customer, { firstName: 'Ada' });
    const saving = manager.save(customer);
    expect(versionOf((await saving).uuid)).toBe(4);
  });

  test('gets one of version 7 if configured, in the order of creation', async () => {
    const { manager } = guarded.dataSource;
    const uuids: string[] = [];
    for (let value = 0; value < 5; value += 1) {
      uuids.push((await manager.save(manager.create(Reading, { value }))).uuid);
    }
    expect(uuids.map(versionOf)).toEqual([7, 7, 7, 7, 7]);
    expect(uuids.toSorted()).toEqual(uuids);
  });

  test('gets a key of version 7 when a UUID is its only key', async () => {
    const { manager } = guarded.dataSource;
    expect(versionOf((await manager.save(manager.create(Role, { name: 'a' }))).uuid)).toBe(7);
  });

  test('keeps a public id that it already has', async () => {
    const uuid = 'a3b1c2d4-0000-4000-8000-00000000000c' as Note['uuid'];
    const { manager } = guarded.dataSource;
    const note = await manager.save(manager.create(Note, { uuid, text: 'x' }));
    expect(note.uuid).toBe(uuid);
    expect(await manager.findOneByOrFail(Note, { uuid })).toMatchObject({ text: 'x' });
  });

  test('gets a public id from the database when inserted by SQL', async () => {
    const [row] = await guarded.sql<{ uuid: string }>(
      `INSERT INTO notes (text) VALUES ('raw') RETURNING uuid`,
    );
    expect(versionOf(row!.uuid)).toBe(4);
  });

  test('never has its public id or type changed by a save', async () => {
    const { manager } = guarded.dataSource;
    const note = await manager.save(manager.create(Note, { text: 'kept' }));
    const other = 'a3b1c2d4-0000-4000-8000-00000000000d' as Note['uuid'];
    await manager.save(Object.assign(note, { uuid: other, text: 'changed' }));
    expect(await manager.existsBy(Note, { uuid: other })).toBe(false);
    expect(await manager.existsBy(Note, { text: 'changed' })).toBe(true);
  });

  test('does not read its platform type', async () => {
    const [customer] = await guarded.dataSource.getRepository(Customer).find();
    expect(Object.keys(customer!)).not.toContain('platformTypeId');
  });

  test('omits its internal id from JSON', async () => {
    const { manager } = guarded.dataSource;
    const customer = await manager.save(manager.create(Customer, { firstName: 'Ada' }));
    const country = await manager.save(manager.create(Country, { slug: 'italy', name: 'Italy' }));
    expect([customer.id, country.id]).toEqual([expect.any(String), expect.any(Number)]);
    const shown = JSON.parse(JSON.stringify([customer, country])) as object[];
    expect(shown.map((entity) => 'id' in entity)).toEqual([false, false]);
    expect(shown).toMatchObject([{ firstName: 'Ada' }, { slug: 'italy', name: 'Italy' }]);
  });
});
