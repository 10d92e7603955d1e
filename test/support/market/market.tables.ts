import { addDualId, addGuidId } from 'nest-dual-id';
import type { SchemaRunner } from 'nest-dual-id';

/** Makes the tables of everything in the market. */
export async function makeMarketTables(runner: SchemaRunner): Promise<void> {
  await runner.query('CREATE SCHEMA club');
  await runner.query(`CREATE TABLE club.people (
    name text NOT NULL, version integer NOT NULL DEFAULT 1, deleted_at timestamptz)`);
  await addDualId(runner, {
    table: 'people',
    schema: 'club',
    type: { id: 910, name: 'buyer' },
    columns: { id: 'person_no', uuid: 'public_key' },
    deletedAt: 'deleted_at',
  });
  await runner.query('CREATE TABLE goods (name text NOT NULL)');
  await addDualId(runner, { table: 'goods', type: { id: 911, name: 'ware' } });
  await runner.query(`CREATE TABLE vouchers (
    code text NOT NULL, person_id bigint REFERENCES club.people)`);
  await addGuidId(runner, { table: 'vouchers', type: { id: 912, name: 'voucher' } });
  await makeCarts(runner);
  await runner.query('CREATE TABLE firms (name text NOT NULL)');
  await addGuidId(runner, { table: 'firms', type: { id: 915, name: 'firm' } });
  await runner.query(`CREATE TABLE shelves (
    name text NOT NULL, firm_uuid uuid NOT NULL REFERENCES firms)`);
  await addDualId(runner, { table: 'shelves' });
}

async function makeCarts(runner: SchemaRunner): Promise<void> {
  await runner.query(`CREATE TABLE baskets (
    cart_label text NOT NULL, holder_no bigint NOT NULL REFERENCES club.people,
    voucher_uuid uuid REFERENCES vouchers, version integer NOT NULL DEFAULT 1,
    deleted_at timestamptz)`);
  await addDualId(runner, {
    table: 'baskets',
    type: { id: 913, name: 'basket' },
    deletedAt: 'deleted_at',
  });
  await runner.query('CREATE INDEX ON baskets (holder_no)');
  await runner.query(`CREATE TABLE cart_products (
    baskets_id bigint REFERENCES baskets, goods_id bigint REFERENCES goods,
    PRIMARY KEY (baskets_id, goods_id))`);
  await runner.query(`CREATE TABLE cart_vouchers (
    baskets_id bigint REFERENCES baskets, vouchers_uuid uuid REFERENCES vouchers,
    PRIMARY KEY (baskets_id, vouchers_uuid))`);
  await runner.query(`CREATE TABLE items (
    cart_id bigint NOT NULL REFERENCES baskets, product_id bigint REFERENCES goods,
    quantity integer NOT NULL DEFAULT 1, version integer NOT NULL DEFAULT 1)`);
  await addDualId(runner, { table: 'items', type: { id: 914, name: 'basket item' } });
  await runner.query('CREATE INDEX ON items (cart_id)');
  await runner.query(`CREATE TABLE lines (
    cart_id bigint NOT NULL REFERENCES baskets, position integer NOT NULL, text text NOT NULL,
    PRIMARY KEY (cart_id, position))`);
  await runner.query(`CREATE TABLE deliveries (
    cart_id bigint NOT NULL REFERENCES baskets, city text NOT NULL)`);
  await addDualId(runner, { table: 'deliveries' });
}
