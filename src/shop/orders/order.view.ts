import type { PublicId } from 'nest-dual-id';
import { Computed, Field, Many, View } from 'nest-dual-id';
import type { Product } from '../products/product.entity.js';
import type { User } from '../users/user.entity.js';
import { OrderItem } from './order-item.entity.js';
import type { OrderStatus } from './order-status.js';
import { Order } from './order.entity.js';
import { exampleIds } from '../docs/example-ids.js';

const total = `CASE WHEN bool_and(unit_price IS NOT NULL) THEN sum(quantity * unit_price) END`;

/** One line of an order. */
@View(OrderItem, {
  sort: ['addToCartOrder'],
  example: { name: 'Organic Whole Milk', quantity: 2, unitPrice: '4.20' },
})
export class OrderItemView {
  @Field() productUuid!: PublicId<Product>;
  @Field() quantity!: number;
  @Field() unitPrice!: string | null;
  @Field() addToCartOrder!: number;
  @Field() reordered!: boolean;

  /** A product that was taken off sale keeps its name here. */
  @Computed(
    { type: 'string' },
    (item) => `SELECT name FROM products WHERE id = ${item('productId')}`,
  )
  name!: string;
}

/** An order as its row has it, which is what its history shows. */
@View(Order, { example: { uuid: exampleIds.order } })
export class OrderRecordView {
  @Field() uuid!: PublicId<Order>;
  @Field() userUuid!: PublicId<User>;
  @Field() number!: number;
  @Field() status!: OrderStatus;
  @Field() dayOfWeek!: number;
  @Field() hourOfDay!: number;
  @Field() daysSincePriorOrder!: number | null;
  @Field() createdAt!: Date;
}

/** An order in a list. */
@View(Order, {
  sort: ['createdAt', 'number'],
  defaultSort: '-createdAt',
  filters: ['status', 'userUuid'],
  example: { uuid: exampleIds.order },
})
export class OrderSummary extends OrderRecordView {
  /** How many lines the order has. */
  @Computed(
    { type: 'integer' },
    (order) => `SELECT count(*)::integer FROM order_items WHERE order_id = ${order('id')}`,
  )
  itemCount!: number;

  /** The sum of all lines; null while a line has no price. */
  @Computed(
    { type: ['string', 'null'], pattern: String.raw`^\d+\.\d+$` },
    (order) => `SELECT ${total} FROM order_items WHERE order_id = ${order('id')}`,
  )
  total!: string | null;
}

/** An order with its first thousand lines; the page of its items has them all. */
@View(Order, { example: { uuid: exampleIds.order } })
export class OrderView extends OrderSummary {
  @Field() updatedAt!: Date;

  @Many(() => OrderItemView, 'order', { orderBy: 'addToCartOrder' })
  items!: OrderItemView[];
}
