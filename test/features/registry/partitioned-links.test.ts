import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Passport, PublicId } from 'nest-dual-id';
import { addMasterLink } from 'nest-dual-id';
import type { RegistryRecord } from 'nest-dual-id/registry';
import type { Campaigns } from './campaigns.js';
import { campaigns } from './campaigns.js';
import { Delivery } from '../../examples/deliveries.js';

let service: Campaigns;
let master: RegistryRecord;
let count = 0;
beforeAll(async () => {
  service = await campaigns();
});
beforeEach(async () => {
  master = await service.records.create({ type: 'master', name: 'Spring' });
});
afterAll(() => service.stop());

const [january, february] = ['2026-01-15', '2026-02-15'];

/** Inserts a row with `Database`, by the public id alone. */
const deliver = (sentOn: string, masterUuid: PublicId<Passport> = master.uuid) =>
  service.database.transaction((manager) =>
    manager.insert(Delivery, { number: `n${(count += 1)}`, sentOn, masterUuid }),
  );
const raw = (sentOn: string, table = 'deliveries') =>
  service.sql(
    `INSERT INTO ${table} (number, sent_on, master_id, master_uuid) VALUES ($1, $2, $3, $4)`,
    [`n${(count += 1)}`, sentOn, master.id, master.uuid],
  );
const claims = async () =>
  (
    await service.sql('SELECT FROM dual_id.master_claims WHERE master_id = $1 AND service = $2', [
      master.id,
      'deliveries',
    ])
  ).length;
const rows = () =>
  service.sql<{ part: string }>(
    'SELECT tableoid::regclass::text AS part FROM deliveries WHERE master_uuid = $1',
    [master.uuid],
  );
const taken = { code: '23505', message: 'the passport has a row of deliveries already' };

describe('a row of a partitioned service', () => {
  test('is the only one of its passport over all partitions, by the name of the property', async () => {
    await deliver(january);
    for (const month of [january, february]) {
      await expect(deliver(month)).rejects.toMatchObject({
        code: 'conflict',
        details: { errors: [{ pointer: '/masterUuid', detail: 'is already in use' }] },
      });
    }
    expect(await rows()).toEqual([{ part: 'deliveries_2026_01' }]);
  });

  test.each([
    ['into the table', 'deliveries'],
    ['straight into a partition', 'deliveries_2026_02'],
  ])('is the only one for raw SQL %s, too', async (_way, table) => {
    await raw(january, 'deliveries_2026_01');
    await expect(raw(february, table)).rejects.toMatchObject(taken);
    const both = `INSERT INTO deliveries (number, sent_on, master_uuid)
      SELECT n, d::date, $1 FROM (VALUES ('x', $2), ('y', $3)) v (n, d)`;
    const other = await service.records.create({ type: 'master', name: 'Autumn' });
    const twice = service.sql(both, [other.uuid, january, february]);
    await expect(twice).rejects.toMatchObject({ code: '23505' });
  });

  test('is the only one if many are created at once, in any partition', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) =>
        n % 4 === 0 ? raw(january) : deliver(n % 2 ? january : february),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await rows()).toHaveLength(1);
    expect(await claims()).toBe(1);
  });

  test('and its passport commit or vanish together', async () => {
    const error = new Error('the service fails');
    let uuid = master.uuid;
    const work = service.database.transaction(async () => {
      ({ uuid } = await service.records.create({ type: 'master', name: 'Gone' }));
      await deliver(january, uuid);
      throw error;
    });
    await expect(work).rejects.toBe(error);
    await expect(service.records.get(uuid)).rejects.toMatchObject({ code: 'not_found' });
    const rolledBack = service.database.transaction(async () => {
      await deliver(january);
      throw error;
    });
    await expect(rolledBack).rejects.toBe(error);
    expect(await claims()).toBe(0);
    await deliver(february);
    expect(await rows()).toEqual([{ part: 'deliveries_2026_02' }]);
  });

  test('moves to another partition, even after its passport was deleted', async () => {
    const pattern = await service.records.create({ type: 'pattern', name: 'Moved' });
    master = pattern;
    await deliver(january);
    const move = 'UPDATE deliveries SET sent_on = $2 WHERE master_uuid = $1';
    await service.sql(move, [master.uuid, february]);
    expect(await rows()).toEqual([{ part: 'deliveries_2026_02' }]);
    await expect(raw(january)).rejects.toMatchObject(taken);
    await service.records.remove(master.uuid);
    await service.sql(move, [master.uuid, january]);
    expect(await rows()).toEqual([{ part: 'deliveries_2026_01' }]);
    expect(await claims()).toBe(1);
  });

  test('cannot change its passport, or combine the ids of two', async () => {
    await deliver(january);
    const other = await service.records.create({ type: 'master', name: 'Other' });
    const change = `UPDATE deliveries SET sent_on = '${february}', master_id = ${other.id},
      master_uuid = '${other.uuid}' WHERE master_uuid = '${master.uuid}'`;
    await expect(service.sql(change)).rejects.toMatchObject({ code: '23000' });
    const mixed = `INSERT INTO deliveries (number, sent_on, master_id, master_uuid)
      VALUES ('mixed', '${january}', ${master.id}, '${other.uuid}')`;
    await expect(service.sql(mixed)).rejects.toMatchObject({
      code: '23503',
      constraint: 'deliveries_master_id_master_uuid_fk',
    });
  });

  test('that is deleted frees its passport, and one that stays keeps it', async () => {
    await deliver(january);
    await expect(service.records.remove(master.uuid)).rejects.toMatchObject({
      code: 'still_referenced',
    });
    await service.sql('DELETE FROM deliveries WHERE master_uuid = $1', [master.uuid]);
    expect(await claims()).toBe(0);
    await deliver(february);
    expect(await claims()).toBe(1);
  });

  test('of a hash-partitioned table is the only one of its passport, too', async () => {
    const visit = (room: number) =>
      service.sql('INSERT INTO visits (room, master_uuid) VALUES ($1, $2)', [
        `room ${room}`,
        master.uuid,
      ]);
    const outcomes = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(visit));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await service.sql('TRUNCATE visits');
    await visit(7);
  });
});

describe('claims of partitions', () => {
  const again = () =>
    service.owner.transaction(({ queryRunner }) =>
      addMasterLink(queryRunner!, { table: 'deliveries', partitioned: true }),
    );
  const attach = `ALTER TABLE deliveries ATTACH PARTITION old_deliveries
    FOR VALUES FROM ('2025-12-01') TO ('2026-01-01')`;

  test('follow a partition that is detached and attached once the link is added again', async () => {
    await service.owner.query('CREATE TABLE old_deliveries (LIKE deliveries INCLUDING ALL)');
    await service.sql(`INSERT INTO old_deliveries (number, sent_on, master_id, master_uuid)
      VALUES ('old', '2025-12-24', ${master.id}, '${master.uuid}')`);
    await service.sql(attach);
    expect(await claims()).toBe(0);
    await again();
    expect(await claims()).toBe(1);
    await expect(raw(january)).rejects.toMatchObject(taken);
    await service.sql('ALTER TABLE deliveries DETACH PARTITION old_deliveries');
    await again();
    await raw(january);
    await service.sql(attach);
    await expect(again()).rejects.toThrow('master_claims_pk');
    await service.sql('DROP TABLE old_deliveries');
  });
});

test('TypeORM finds nothing to change on a partitioned table with a link', async () => {
  const { upQueries } = await service.owner.driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query)).toEqual([]);
});
