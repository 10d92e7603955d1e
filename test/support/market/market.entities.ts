import { DualId, DualIdEntity, GuidEntity, GuidId, OwnedBy, Personal } from 'nest-dual-id';
import type { InternalId } from 'nest-dual-id';
import {
  Column,
  DeleteDateColumn,
  Entity,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  PrimaryColumn,
  VersionColumn,
} from 'typeorm';

/** An owner: another schema, key columns of its own, deleted softly. */
@DualId({
  table: 'people',
  schema: 'club',
  type: 910,
  columns: { id: 'person_no', uuid: 'public_key' },
  owner: 'self',
})
export class Person extends DualIdEntity {
  @Personal('erased')
  @Column('text')
  name!: string;

  @VersionColumn({ default: 1 })
  version!: number;

  @DeleteDateColumn({ type: 'timestamptz' })
  deletedAt!: Date | null;
}

/** Nobody's. */
@DualId({ table: 'goods', type: 911 })
export class Product extends DualIdEntity {
  @Column('text')
  name!: string;
}

/** Its only key is a UUID; one without a person is nobody's. */
@GuidId({ table: 'vouchers', type: 912, owner: 'person' })
export class Voucher extends GuidEntity {
  @Column('text')
  code!: string;

  @ManyToOne(() => Person)
  @JoinColumn()
  person!: Person | null;
}

/** Deleted softly, with personal data, a version and links. */
@DualId({ table: 'baskets', type: 913, owner: 'person' })
export class Cart extends DualIdEntity {
  @Personal('erased')
  @Column({ type: 'text', name: 'cart_label' })
  label!: string;

  @ManyToOne(() => Person, { nullable: false })
  @JoinColumn({ name: 'holder_no', referencedColumnName: 'id' })
  person!: Person;

  @ManyToOne(() => Voucher)
  @JoinColumn()
  voucher!: Voucher | null;

  @ManyToMany(() => Product)
  @JoinTable({ name: 'cart_products' })
  products!: Product[];

  @ManyToMany(() => Voucher)
  @JoinTable({ name: 'cart_vouchers' })
  vouchers!: Voucher[];

  @VersionColumn({ default: 1 })
  version!: number;

  @DeleteDateColumn({ type: 'timestamptz' })
  deletedAt!: Date | null;
}

/** Deleted for good; its owner is two relations away. */
@DualId({ table: 'items', type: 914, owner: 'cart.person' })
export class Item extends DualIdEntity {
  @ManyToOne(() => Cart, { nullable: false })
  @JoinColumn()
  cart!: Cart;

  @ManyToOne(() => Product)
  @JoinColumn()
  product!: Product | null;

  @Column('integer', { default: 1 })
  quantity!: number;

  @VersionColumn({ default: 1 })
  version!: number;
}

/** A row without an address of its own. */
@OwnedBy('cart.person')
@Entity('lines')
export class Line {
  @PrimaryColumn('bigint')
  cartId!: InternalId<Cart>;

  @PrimaryColumn('integer')
  position!: number;

  @ManyToOne(() => Cart, { nullable: false })
  @JoinColumn()
  cart!: Cart;

  @Column('text')
  text!: string;
}

/** Nobody's, though it refers to somebody's. */
@DualId({ table: 'deliveries' })
export class Delivery extends DualIdEntity {
  @ManyToOne(() => Cart, { nullable: false })
  @JoinColumn()
  cart!: Cart;

  @Column('text')
  city!: string;
}

/** An owner whose only key is a UUID. */
@GuidId({ table: 'firms', type: 915 })
export class Firm extends GuidEntity {
  @Column('text')
  name!: string;
}

/** Its column holds the public id of its owner under another name as well. */
@DualId({ table: 'shelves', owner: 'firm' })
export class Shelf extends DualIdEntity {
  @Column('uuid', { name: 'firm_uuid' })
  firmKey!: string;

  @ManyToOne(() => Firm, { nullable: false })
  @JoinColumn({ name: 'firm_uuid' })
  firm!: Firm;

  @Column('text')
  name!: string;
}

/** Everything the market's data source maps. */
export const marketEntities = [Person, Product, Voucher, Cart, Item, Line, Delivery, Firm, Shelf];
