import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  addPersonalPlace,
  Database,
  DualId,
  DualIdEntity,
  dualIdDataSource,
  Field,
  Personal,
  Repositories,
  View,
} from 'nest-dual-id';
import type { PublicId } from 'nest-dual-id';
import { Column, DataSource, DeleteDateColumn } from 'typeorm';
import { ViewRegistry } from '../../../src/core/view/view-registry.js';
import type { Office } from './office.js';
import { changesOf, openOffice } from './office.js';

@DualId({ table: 'people', type: 30 })
class Person extends DualIdEntity {
  @Personal('') @Column('text') name!: string;
  @Personal() @Column({ type: 'text', nullable: true }) password!: string | null;
  @DeleteDateColumn({ type: 'timestamptz' }) deletedAt!: Date | null;
}

@View(Person)
class PersonView {
  @Field() uuid!: PublicId<Person>;
  @Field() name!: string;
}

let office: Office;
let source: DataSource;
let repositories: Repositories;
let database: Database;
beforeAll(async () => {
  office = await openOffice();
  await office.asOwner('ALTER TABLE people ADD deleted_at timestamptz');
  await office.asOwner('ALTER TABLE orders ADD remark text');
  await office.owner.transaction((runner) =>
    addPersonalPlace(runner, {
      name: 'order_remarks',
      forget: `UPDATE orders SET remark = 'forgotten' WHERE remark IS NOT NULL
        AND person_id = (SELECT id FROM people WHERE uuid = NEW.uuid)`,
    }),
  );
  source = await new DataSource(
    dualIdDataSource({ url: office.url, entities: [Person] }),
  ).initialize();
  database = new Database(source, {});
  repositories = new Repositories(source, database, new ViewRegistry(source), {});
});
afterAll(async () => {
  await source.destroy();
  await office.stop();
});

let uuid: PublicId<Person>;
let other: PublicId<Person>;
beforeEach(async () => {
  const people = repositories.of(Person);
  ({ uuid } = await people.create(PersonView, { name: 'Ada' }));
  ({ uuid: other } = await people.create(PersonView, { name: 'Grace' }));
  await people.update(PersonView, uuid, { name: 'Countess' });
  await office.sql(
    `INSERT INTO orders (person_id, remark, total) SELECT id, 'ring twice for ' || name, 5 FROM people
     WHERE uuid = ANY($1)`,
    [[uuid, other]],
  );
  await office.sql('UPDATE orders SET total = 6');
});

const journal = async () =>
  JSON.stringify(await office.sql('SELECT old, new FROM dual_id.changes'));

describe('the erasure of a person', () => {
  test('leaves every row of the log, and no image of the person', async () => {
    const before = (await changesOf(office, 'people')).filter((one) => one.uuid === uuid).length;
    await repositories.of(Person).erase(uuid);
    const after = (await changesOf(office, 'people')).filter((one) => one.uuid === uuid);
    expect(after).toHaveLength(before + 1);
    expect(after.map((one) => [one.old, one.new])).toEqual(after.map(() => [null, null]));
    expect(await journal()).toMatch(/Grace/);
    expect(await journal()).not.toMatch(/Ada|Countess/);
  });

  test('takes what it changes in other rows out of their older images, and nothing else', async () => {
    await repositories.of(Person).erase(uuid);
    const [order] = await office.sql(
      'SELECT o.id FROM orders o JOIN people p ON p.id = o.person_id WHERE p.uuid = $1',
      [uuid],
    );
    const images = (await changesOf(office, 'orders')).filter(
      (one) => one.record_id === order!['id'],
    );
    expect(images).toMatchObject([
      { operation: 'I', new: { remark: 'forgotten', total: 5 } },
      { operation: 'U', old: { total: 5 }, new: { remark: 'forgotten', total: 6 } },
      { operation: 'U', old: { remark: 'forgotten' }, new: { remark: 'forgotten', total: 6 } },
    ]);
    expect(await journal()).toMatch(/ring twice for Grace/);
    expect(await journal()).not.toMatch(/ring twice for Countess/);
  });

  test('is complete before it commits', async () => {
    let inside = '';
    let transaction = '';
    await database.transaction(async (manager) => {
      await repositories.of(Person).erase(uuid);
      inside = JSON.stringify(await manager.query('SELECT old, new FROM dual_id.changes'));
      [{ by: transaction }] = await manager.query(entry, [uuid]);
    });
    expect(inside).toMatch(/Grace/);
    expect(inside).not.toMatch(/Ada|Countess/);
    await secondLookAfter(transaction);
  });
});

const entry = 'SELECT xmin::text AS by FROM dual_id.erasures WHERE uuid = $1';

/** An erasure inside a transaction is repeated after the commit, which nobody waits for. */
async function secondLookAfter(transaction: string): Promise<void> {
  for (;;) {
    const [row] = await office.asOwner(entry, [uuid]);
    if (row!['by'] !== transaction) return;
    await sleep(10);
  }
}

test('a setting by itself blanks nothing, not even one that names an erased person', async () => {
  await repositories.of(Person).erase(uuid);
  for (const [setting, claimed] of [
    ['erasing', other],
    ['erased', other],
    ['erasing', uuid],
    ['erased', uuid],
  ]) {
    await office.sql(
      `WITH claim AS (SELECT set_config('dual_id.${setting}', $2, true))
       UPDATE people SET name = 'Somebody ' || $2 FROM claim WHERE people.uuid = $1::uuid`,
      [other, claimed],
    );
  }
  const images = (await changesOf(office, 'people')).filter((one) => one.uuid === other);
  expect(images[0]).toMatchObject({ new: { name: 'Grace' } });
  expect(images[1]).toMatchObject({ old: { name: 'Grace' }, new: { name: `Somebody ${other}` } });
});
