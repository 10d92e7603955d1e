import { addDualId, DualId, DualIdEntity, Field, GuidEntity, GuidId, View } from 'nest-dual-id';
import { addGuidId, installDualId } from 'nest-dual-id';
import type { PublicId, SchemaRunner } from 'nest-dual-id';
import { installIdempotency } from 'nest-dual-id/idempotency';
import { installLegacyIds } from 'nest-dual-id/legacy-ids';
import { Column, DeleteDateColumn, JoinColumn, ManyToOne, VersionColumn } from 'typeorm';

/** It owns itself. */
@DualId({ table: 'clients', type: 60, owner: 'self' })
export class Client extends DualIdEntity {
  @Column('text') name!: string;
}

/** Converted in place: its numbers are internal ids; deleted softly, with a version. */
@DualId({ table: 'orders', type: 61, owner: 'client' })
export class Order extends DualIdEntity {
  @Column('text') label!: string;

  @ManyToOne(() => Client, { nullable: false })
  @JoinColumn()
  client!: Client;

  @VersionColumn({ default: 1 }) version!: number;
  @DeleteDateColumn({ type: 'timestamptz' }) deletedAt!: Date | null;
}

/** Deleted for good; its owner is two relations away. */
@DualId({ table: 'parcels', type: 62, owner: 'order.client' })
export class Parcel extends DualIdEntity {
  @Column('text') label!: string;

  @ManyToOne(() => Order, { nullable: false })
  @JoinColumn()
  order!: Order;
}

/** Nobody's; its key became a UUID, and another column keeps the old number. */
@GuidId({ table: 'products', type: 63 })
export class Product extends GuidEntity {
  @Column('text') name!: string;
}

export const depotEntities = [Client, Order, Parcel, Product];

@View(Client)
export class ClientView {
  @Field() uuid!: PublicId<Client>;
  @Field() name!: string;
}

@View(Order, { sort: ['label'] })
export class OrderView {
  @Field() uuid!: PublicId<Order>;
  @Field() label!: string;
  @Field() clientUuid!: PublicId<Client>;
}

@View(Parcel, { sort: ['label'] })
export class ParcelView {
  @Field() uuid!: PublicId<Parcel>;
  @Field() label!: string;
  @Field() orderUuid!: PublicId<Order>;
}

@View(Product)
export class ProductView {
  @Field() uuid!: PublicId<Product>;
  @Field() name!: string;
}

export async function migrateDepot(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await installIdempotency(runner);
  await installLegacyIds(runner);
  await runner.query('CREATE TABLE clients (name text NOT NULL)');
  await addDualId(runner, { table: 'clients', type: { id: 60, name: 'client' } });
  await runner.query(`CREATE TABLE orders (label text NOT NULL, version integer NOT NULL DEFAULT 1,
    deleted_at timestamptz, client_id bigint NOT NULL REFERENCES clients (id))`);
  await addDualId(runner, {
    table: 'orders',
    type: { id: 61, name: 'order' },
    startWith: 7000,
    deletedAt: 'deleted_at',
  });
  await runner.query(`CREATE TABLE parcels (label text NOT NULL,
    order_id bigint NOT NULL REFERENCES orders (id))`);
  await addDualId(runner, { table: 'parcels', type: { id: 62, name: 'parcel' }, startWith: 9000 });
  await runner.query('CREATE TABLE products (name text NOT NULL, old_number integer)');
  await addGuidId(runner, { table: 'products', type: { id: 63, name: 'product' } });
  await runner.query(
    'CREATE UNIQUE INDEX products_old_number_uq ON products (old_number) WHERE old_number IS NOT NULL',
  );
}
