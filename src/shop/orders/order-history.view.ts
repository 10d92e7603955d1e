import type { PublicId } from 'nest-dual-id';
import { Field, Many, View } from 'nest-dual-id';
import type { User } from '../users/user.entity.js';
import { OrderStatusChange } from './order-status-change.entity.js';
import type { OrderStatus } from './order-status.js';
import { Order } from './order.entity.js';
import { exampleIds } from '../docs/example-ids.js';

/** One change of a status: what, when, who and why. */
@View(OrderStatusChange, { example: { oldStatus: 'pending', newStatus: 'processing' } })
export class OrderStatusChangeView {
  @Field() oldStatus!: OrderStatus | null;
  @Field() newStatus!: OrderStatus;
  @Field() changedAt!: Date;
  @Field() changedByUuid!: PublicId<User> | null;
  /** Null for customers where the shop wrote it. */
  @Field() note!: string | null;
}

/** Everything an order went through, oldest first. */
@View(Order, { example: { uuid: exampleIds.order, status: 'processing' } })
export class OrderHistoryView {
  @Field() uuid!: PublicId<Order>;
  @Field() status!: OrderStatus;

  @Many(() => OrderStatusChangeView, 'order', { orderBy: 'id' })
  changes!: OrderStatusChangeView[];
}

/** The history as a customer may read it: what staff note for each other is not for them. */
export function withOwnNotes(
  history: OrderHistoryView,
  customer: PublicId<User>,
): OrderHistoryView {
  const changes = history.changes.map((change) =>
    change.changedByUuid === customer ? change : { ...change, note: null },
  );
  return { ...history, changes };
}
