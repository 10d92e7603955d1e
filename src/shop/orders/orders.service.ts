import { Inject, Injectable } from '@nestjs/common';
import type { DualIdRepository, PublicId } from 'nest-dual-id';
import { Database, InjectDualId, newPublicId, problem } from 'nest-dual-id';
import { shopProblem } from '../shop-errors.js';
import type { User } from '../users/user.entity.js';
import type { CreateOrderItem } from './order.input.js';
import { Order } from './order.entity.js';
import { OrderView } from './order.view.js';
import {
  addLines,
  lockOrder,
  lockUser,
  placeOrder,
  touchOrder,
  unorderable,
} from './place-order.sql.js';
import { TIME_ZONE } from '../time-zone.js';

/** Places orders. */
@Injectable()
export class OrdersService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @InjectDualId(Order) private readonly orders: DualIdRepository<Order>,
    @Inject(TIME_ZONE) private readonly timeZone: string,
  ) {}

  /**
   * Places an order at today's prices; the lines keep the order in which they came. `missing`
   * is thrown when the user does not exist, for the caller knows where the user was named.
   */
  async place(
    userUuid: PublicId<User>,
    items: readonly CreateOrderItem[],
    missing: () => Error,
  ): Promise<OrderView> {
    const uuid = newPublicId<Order>(4);
    const products = items.map(({ productUuid }) => productUuid);
    const quantities = items.map(({ quantity }) => quantity);
    await this.database.transaction(async () => {
      const [user] = await this.database.rows(lockUser, [userUuid]);
      if (!user) throw missing();
      const values = [uuid, user[0], products, quantities, this.timeZone];
      const lines = await this.database.execute(placeOrder, values);
      if (lines === 0) await this.#refuseUnorderable(products);
      // Between the two statements somebody made the products orderable.
      if (lines === 0) throw problem('concurrent_change');
    });
    // Behind the commit, orders that are placed at the same time are read in one statement.
    return this.orders.get(OrderView, uuid);
  }

  /** Adds lines to an order that is still pending; a product that is there gets more. */
  add(order: PublicId<Order>, items: readonly CreateOrderItem[]): Promise<OrderView> {
    const products = items.map(({ productUuid }) => productUuid);
    const quantities = items.map(({ quantity }) => quantity);
    return this.database.transaction(async () => {
      const [row] = await this.database.rows(lockOrder, [order]);
      if (!row) return this.orders.get(OrderView, order);
      const [id, user, number, status] = row;
      if (status !== 'pending') throw shopProblem('order_not_pending');
      await this.#refuseUnorderable(products);
      await this.database.execute(addLines, [id, user, number, products, quantities]);
      await this.database.execute(touchOrder, [id]);
      return this.orders.get(OrderView, order);
    });
  }

  async #refuseUnorderable(products: readonly string[]): Promise<void> {
    const lines = await this.database.rows(unorderable, [products]);
    if (lines.length === 0) return;
    const errors = lines.map(([position, why]) => ({
      pointer: `/items/${(position as number) - 1}/productUuid`,
      detail: (why ?? 'does not exist') as string,
    }));
    const isMissing = lines.some(([, why]) => why === null);
    throw isMissing
      ? problem('missing_reference', { errors })
      : shopProblem('not_orderable', { errors });
  }
}
