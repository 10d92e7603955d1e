import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PublicId } from 'nest-dual-id';
import { advanceSequence, Field, Repositories, View } from 'nest-dual-id';
import { ViewRegistry } from '../../../src/core/view/view-registry.js';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';
import { Customer, Invoice } from '../../support/guarded-entities.js';

@View(Customer)
class CustomerView {
  @Field() uuid!: PublicId<Customer>;
  @Field() firstName!: string;
}

@View(Invoice)
class InvoiceView {
  @Field() uuid!: PublicId<Invoice>;
  @Field() customerUuid!: PublicId<Customer>;
}

/** 2^53 + 1, which a JavaScript number cannot hold. */
const big = '9007199254740993';
let guarded: GuardedDatabase;
let repositories: Repositories;
beforeAll(async () => {
  guarded = await guardedDatabase();
  const { dataSource, database, owner } = guarded;
  repositories = new Repositories(dataSource, database, new ViewRegistry(dataSource), {});
  for (const table of [
    { table: 'customers', column: 'user_id' },
    { schema: 'billing', table: 'invoices', column: 'id' },
  ]) {
    await advanceSequence(owner, { ...table, startWith: big });
  }
});
afterAll(() => guarded.stop());

test('an internal id above 2^53 keeps its digits from TypeORM to the resolver', async () => {
  const { manager } = guarded.dataSource;
  const saved = await manager.save(manager.create(Customer, { firstName: 'Ada' }));
  expect(saved.id).toBe(big);
  expect(await manager.findOneBy(Customer, { id: saved.id })).toMatchObject({ uuid: saved.uuid });
  const customers = repositories.of(Customer);
  expect(await customers.resolve(saved.uuid)).toBe(big);
  expect(await customers.resolveMany([saved.uuid])).toEqual(new Map([[saved.uuid, big]]));
});

test('a reference to an internal id above 2^53 keeps its digits when it is written by public id', async () => {
  const { uuid } = await repositories.of(Customer).create(CustomerView, { firstName: 'Grace' });
  const input = { number: '1', customerUuid: uuid };
  const invoice = await repositories.of(Invoice).create(InvoiceView, input);
  expect(invoice.customerUuid).toBe(uuid);
  const rows = await guarded.sql('SELECT id, customer_id FROM billing.invoices');
  expect(rows).toEqual([{ id: big, customer_id: '9007199254740994' }]);
  expect(await guarded.passport(invoice.uuid)).toMatchObject({ entity_id: big });
});
