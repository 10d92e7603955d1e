import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { revertMigration, runMigrations } from 'nest-dual-id';
import { Conversions, runConversion } from 'nest-dual-id/conversion';
import { DataSource } from 'typeorm';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  ContractCustomers1780000100000,
  ConvertCustomers1780000000000,
} from '../../examples/converted/migrations.js';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase, runSql } from '../../support/empty-database.js';
import { urlAs } from '../../support/roles.js';

let database: TestDatabase;
let url: string;
beforeEach(async () => {
  database = await emptyDatabase();
  url = urlAs('owner', database.url);
  await runSql(
    url,
    `CREATE TABLE customers (id serial PRIMARY KEY, name text NOT NULL);
     CREATE TABLE orders (id serial PRIMARY KEY, customer_id int NOT NULL REFERENCES customers);
     INSERT INTO customers (name) SELECT n::text FROM generate_series(1, 500) n;
     INSERT INTO orders (customer_id) SELECT n FROM generate_series(1, 500) n`,
  );
});
afterEach(() => database.drop());

const source = (...migrations: (new () => MigrationInterface)[]) =>
  new DataSource({ type: 'postgres', url, migrations });
const state = async () => (await new Conversions(source()).status())[0]?.state;
const columns = async (table: string) => {
  const query = `SELECT column_name || ' ' || data_type AS found FROM information_schema.columns
    WHERE table_name = '${table}' ORDER BY ordinal_position`;
  return (await runSql<{ found: string }>(url, query)).map(({ found }) => found);
};

test('converts and contracts in two migrations, and instances that start together do so once', async () => {
  const convert = () => runMigrations(source(ConvertCustomers1780000000000));
  const ran = await Promise.all([convert(), convert(), convert()]);
  expect(ran.flat()).toEqual(['ConvertCustomers1780000000000']);
  expect(await state()).toBe('observing');
  await runMigrations(source(ConvertCustomers1780000000000, ContractCustomers1780000100000));
  expect(await state()).toBe('contracted');
  expect(await columns('customers')).toEqual(['name text', 'uuid uuid', 'id bigint']);
  expect(await columns('orders')).toEqual(['id integer', 'customer_id bigint']);
});

test('takes the conversion back when the migration is reverted, and does it again', async () => {
  const before = [await columns('customers'), await columns('orders')];
  await runMigrations(source(ConvertCustomers1780000000000));
  await revertMigration(source(ConvertCustomers1780000000000));
  expect([await columns('customers'), await columns('orders')]).toEqual(before);
  await runMigrations(source(ConvertCustomers1780000000000));
  expect(await state()).toBe('observing');
});

test('goes on with what an interrupted migration has left, and leaves finished work alone', async () => {
  const conversions = new Conversions(source());
  const plan = await conversions.plan({ table: 'customers', kind: 'add-uuid' });
  await conversions.start(plan, { until: 'backfill' });
  expect(await state()).toBe('stopped');
  await runMigrations(source(ConvertCustomers1780000000000));
  expect(await state()).toBe('observing');
  await conversions.contract('customers');
  await runSql(url, 'DELETE FROM migrations');
  await runMigrations(source(ConvertCustomers1780000000000, ContractCustomers1780000100000));
  expect(await state()).toBe('contracted');
});

test('refuses to convert in a transaction, where it would wait for locks of its own', async () => {
  class InTransaction1780000000000 implements MigrationInterface {
    async up(runner: QueryRunner): Promise<void> {
      await runner.query('LOCK TABLE customers');
      await runConversion(runner, { table: 'customers', kind: 'add-uuid' });
    }
    async down(): Promise<void> {}
  }
  await expect(runMigrations(source(InTransaction1780000000000))).rejects.toThrow(
    'runConversion cannot run in a transaction. Declare `transaction = false` in the migration.',
  );
});

test('refuses another conversion of a table that has one', async () => {
  await runMigrations(source(ConvertCustomers1780000000000));
  class Other1780000000001 implements MigrationInterface {
    transaction = false;
    async up(runner: QueryRunner): Promise<void> {
      await runConversion(runner, { table: 'customers', kind: 'uuid-key' });
    }
    async down(): Promise<void> {}
  }
  await expect(
    runMigrations(source(ConvertCustomers1780000000000, Other1780000000001)),
  ).rejects.toThrow('customers is converted to add-uuid already (observing), not to uuid-key.');
});
