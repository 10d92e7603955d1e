import { Inject, Injectable } from '@nestjs/common';
import type { DualIdRepository, PublicId, Versions } from 'nest-dual-id';
import { Database, InjectDualId, newPublicId, requireVersion } from 'nest-dual-id';
import { mayActFor } from '../access/own-user.js';
import { shopProblem } from '../shop-errors.js';
import type { User } from '../users/user.entity.js';
import { Order } from './order.entity.js';
import type { CreateOrderItem } from './order.input.js';
import { OrderPlacing } from './order-placing.js';
import { OrderView } from './order.view.js';
import { addLines, lockOrder, touchOrder } from './place-order.sql.js';
import { refuseUnorderable } from './unorderable-lines.js';

/** Places orders and adds to them. */
@Injectable()
export class OrdersService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @InjectDualId(Order) private readonly orders: DualIdRepository<Order>,
    @Inject(OrderPlacing) private readonly placing: OrderPlacing,
  ) {}

  /**
   * Places an order at today's prices; the lines keep their order. `missing` is thrown if the user
   * does not exist, or is not the caller's to order for, because the route knows where the user was
   * named.
   */
  async place(
    userUuid: PublicId<User>,
    items: readonly CreateOrderItem[],
    missing: () => Error,
  ): Promise<OrderView> {
    if (!mayActFor(userUuid)) throw missing();
    const uuid = newPublicId<Order>(4);
    await this.placing.place({ uuid, userUuid, items, missing });
    // After the commit, orders placed at the same time are read in one statement.
    return this.orders.get(OrderView, uuid);
  }

  /** Adds lines to an order that is still pending; existing products get a higher quantity. */
  add(
    order: PublicId<Order>,
    items: readonly CreateOrderItem[],
    versions?: Versions,
  ): Promise<OrderView> {
    const products = items.map(({ productUuid }) => productUuid);
    const quantities = items.map(({ quantity }) => quantity);
    const work = async () => {
      const [row] = await this.database.rows(lockOrder, [order]);
      if (!row) return this.orders.get(OrderView, order);
      const [id, user, number, status, version] = row;
      requireVersion(version as number, versions);
      if (status !== 'pending') throw shopProblem('order_not_pending');
      await refuseUnorderable(this.database, products);
      await this.database.execute(addLines, [id, user, number, products, quantities]);
      await this.database.execute(touchOrder, [id]);
      return this.orders.get(OrderView, order);
    };
    return this.database.transaction(work, { key: order });
  }
}
