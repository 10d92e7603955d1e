import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  Unique,
} from 'typeorm';
import type { InternalId } from 'nest-dual-id';
import { OwnedBy } from 'nest-dual-id';
import { Product } from '../products/product.entity.js';
import { Order } from './order.entity.js';

/** One line of an order: a row with a natural key, which needs no ids of its own. */
@OwnedBy('order.user')
@Entity('order_items')
@Unique('order_items_position_uq', ['orderId', 'addToCartOrder'])
@Check('order_items_quantity_ck', 'quantity BETWEEN 1 AND 999')
@Check('order_items_unit_price_ck', 'unit_price >= 0')
@Check('order_items_position_ck', 'add_to_cart_order >= 1')
@Index('order_items_product_id_ix', ['productId'])
export class OrderItem {
  @PrimaryColumn({ type: 'bigint', primaryKeyConstraintName: 'order_items_pk' })
  orderId!: InternalId<Order>;

  @PrimaryColumn({ type: 'bigint', primaryKeyConstraintName: 'order_items_pk' })
  productId!: InternalId<Product>;

  @ManyToOne(() => Order, { nullable: false })
  @JoinColumn()
  order!: Order;

  @ManyToOne(() => Product, { nullable: false })
  @JoinColumn()
  product!: Product;

  @Column('integer')
  quantity!: number;

  /** The product's price when it was ordered; later changes do not affect it. */
  @Column({ type: 'numeric', precision: 12, scale: 2, nullable: true })
  unitPrice!: string | null;

  /** 1, 2, 3 ... in the order in which the lines were added. */
  @Column('integer')
  addToCartOrder!: number;

  /** Whether the user had ordered the product before. */
  @Column('boolean')
  reordered!: boolean;
}
