import type { PublicId } from 'nest-dual-id';
import { Field, View } from 'nest-dual-id';
import { Order } from '../../../../src/shop/orders/order.entity.js';
import type { OrderStatus } from '../../../../src/shop/orders/order-status.js';
import type { User } from '../../../../src/shop/users/user.entity.js';

/** E1: six plain columns of an order. */
@View(Order)
export class OrderFacts {
  @Field() uuid!: PublicId<Order>;
  @Field() number!: number;
  @Field() status!: OrderStatus;
  @Field() dayOfWeek!: number;
  @Field() hourOfDay!: number;
  @Field() createdAt!: Date;
}

/** E2 and E3: the same with the public id of the user. */
@View(Order, { name: 'OwnedOrder', sort: ['createdAt'], defaultSort: '-createdAt' })
export class OwnedOrderFacts extends OrderFacts {
  @Field() userUuid!: PublicId<User>;
}
