import type { PublicId } from 'nest-dual-id';
import { Computed, Field, Many, View } from 'nest-dual-id';
import type { Product } from '../products/product.entity.js';
import type { User } from '../users/user.entity.js';
import { CartItem } from './cart-item.entity.js';
import { Cart } from './cart.entity.js';
import { exampleIds } from '../docs/example-ids.js';

/** One product in a cart, at today's price. */
@View(CartItem, {
  sort: ['addedAt'],
  example: { name: 'Organic Whole Milk', unitPrice: '4.20', quantity: 2 },
})
export class CartItemView {
  @Field() productUuid!: PublicId<Product>;
  /** A product that was taken off sale keeps its name here. */
  @Computed(
    { type: 'string' },
    (item) => `SELECT name FROM products WHERE id = ${item('productId')}`,
  )
  name!: string;
  @Field('product.price') unitPrice!: string | null;
  @Field() quantity!: number;
}

const lineTables = 'cart_items i JOIN products p ON p.id = i.product_id';

/** A cart as its row has it, which is what its history shows. */
@View(Cart, { example: { uuid: exampleIds.cart } })
export class CartRecordView {
  @Field() uuid!: PublicId<Cart>;
  /** Null for the cart of a guest. */
  @Field() userUuid!: PublicId<User> | null;
  /** When it was checked out; null while it is open. */
  @Field() closedAt!: Date | null;
  @Field() createdAt!: Date;
  @Field() updatedAt!: Date;
}

/** A cart with its lines and today's total. */
@View(Cart, {
  sort: ['createdAt'],
  defaultSort: '-createdAt',
  filters: ['userUuid'],
  example: { uuid: exampleIds.cart },
})
export class CartView extends CartRecordView {
  /** How many lines the cart has. */
  @Computed(
    { type: 'integer' },
    (cart) => `SELECT count(*)::integer FROM cart_items WHERE cart_id = ${cart('id')}`,
  )
  itemCount!: number;

  /** The sum of all lines; null while a product has no price. */
  @Computed(
    { type: ['string', 'null'], pattern: String.raw`^\d+\.\d+$` },
    (cart) =>
      `SELECT CASE WHEN bool_and(p.price IS NOT NULL) THEN sum(i.quantity * p.price) END
       FROM ${lineTables} WHERE i.cart_id = ${cart('id')}`,
  )
  total!: string | null;

  @Many(() => CartItemView, 'cart', { orderBy: 'addedAt' })
  items!: CartItemView[];
}
