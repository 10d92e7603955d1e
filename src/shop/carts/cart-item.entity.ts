import type { InternalId } from 'nest-dual-id';
import { OwnedBy } from 'nest-dual-id';
import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
} from 'typeorm';
import { Product } from '../products/product.entity.js';
import { Cart } from './cart.entity.js';

/** One product in a cart: a row with a natural key. */
@OwnedBy('cart.user')
@Entity('cart_items')
@Check('cart_items_quantity_ck', 'quantity BETWEEN 1 AND 999')
@Index('cart_items_product_id_ix', ['productId'])
export class CartItem {
  @PrimaryColumn({ type: 'bigint', primaryKeyConstraintName: 'cart_items_pk' })
  cartId!: InternalId<Cart>;

  @PrimaryColumn({ type: 'bigint', primaryKeyConstraintName: 'cart_items_pk' })
  productId!: InternalId<Product>;

  @ManyToOne(() => Cart, { nullable: false })
  @JoinColumn()
  cart!: Cart;

  @ManyToOne(() => Product, { nullable: false })
  @JoinColumn()
  product!: Product;

  /** When the product was added to the cart; lines are shown in this order. */
  @CreateDateColumn({ type: 'timestamptz' })
  addedAt!: Date;

  @Column('integer')
  quantity!: number;
}
