import { Inject, Injectable } from '@nestjs/common';
import type { DualIdRepository, PublicId, Row, Versions } from 'nest-dual-id';
import {
  Database,
  GroupCommit,
  InjectDualId,
  newPublicId,
  problem,
  requireVersion,
} from 'nest-dual-id';
import { shopProblem } from '../shop-errors.js';
import type { User } from '../users/user.entity.js';
import type { CreateOrderItem } from './order.input.js';
import { Order } from './order.entity.js';
import { OrderView } from './order.view.js';
import {
  addLines,
  lockFreeUsers,
  lockOrder,
  lockUser,
  placeOrders,
  touchOrder,
  unorderable,
} from './place-order.sql.js';
import { TIME_ZONE } from '../time-zone.js';

/** An order that is to be placed, and what is thrown when its user does not exist. */
interface NewOrder {
  readonly uuid: PublicId<Order>;
  readonly userUuid: PublicId<User>;
  readonly items: readonly CreateOrderItem[];
  readonly missing: () => Error;
}

/** Places orders. */
@Injectable()
export class OrdersService {
  readonly #placing: GroupCommit<NewOrder, true>;

  constructor(
    @Inject(Database) private readonly database: Database,
    @InjectDualId(Order) private readonly orders: DualIdRepository<Order>,
    @Inject(TIME_ZONE) private readonly timeZone: string,
  ) {
    this.#placing = new GroupCommit(database, {
      key: ({ userUuid }) => userUuid,
      together: (all) => database.transaction(() => this.#placeFree(all)),
      alone: (order) => database.transaction(() => this.#placeOne(order), { key: order.userUuid }),
    });
  }

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
    await this.#placing.run({ uuid, userUuid, items, missing });
    // Behind the commit, orders that are placed at the same time are read in one statement.
    return this.orders.get(OrderView, uuid);
  }

  /** Adds lines to an order that is still pending; a product that is there gets more. */
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
      await this.#refuseUnorderable(products);
      await this.database.execute(addLines, [id, user, number, products, quantities]);
      await this.database.execute(touchOrder, [id]);
      return this.orders.get(OrderView, order);
    };
    return this.database.transaction(work, { key: order });
  }

  /** Places orders of different users, but for those whose user is locked or not there. */
  async #placeFree(orders: readonly NewOrder[]): Promise<(true | undefined)[]> {
    const uuids = orders.map(({ userUuid }) => userUuid);
    const placed = await this.#write(await this.database.rows(lockFreeUsers, [uuids]), orders);
    return orders.map(({ uuid }) => placed.has(uuid) || undefined);
  }

  async #placeOne(order: NewOrder): Promise<true> {
    const users = await this.database.rows(lockUser, [order.userUuid]);
    if (users.length === 0) throw order.missing();
    const placed = await this.#write(users, [order]);
    if (placed.has(order.uuid)) return true;
    await this.#refuseUnorderable(order.items.map(({ productUuid }) => productUuid));
    // Between the two statements somebody made the products orderable.
    throw problem('concurrent_change');
  }

  /** Writes those orders whose users are locked; returns the public ids of the orders written. */
  async #write(locked: readonly Row[], orders: readonly NewOrder[]): Promise<ReadonlySet<unknown>> {
    const users = new Map(locked.map(([uuid, id]) => [uuid, id]));
    const ready = orders.filter(({ userUuid }) => users.has(userUuid));
    if (ready.length === 0) return new Set();
    const lines = ready.flatMap(({ uuid, items }) =>
      items.map(({ productUuid, quantity }, at) => ({ uuid, productUuid, quantity, at: at + 1 })),
    );
    const placed = await this.database.rows(placeOrders, [
      ready.map(({ uuid }) => uuid),
      ready.map(({ userUuid }) => users.get(userUuid)),
      lines.map(({ uuid }) => uuid),
      lines.map(({ productUuid }) => productUuid),
      lines.map(({ quantity }) => quantity),
      lines.map(({ at }) => at),
      this.timeZone,
    ]);
    return new Set(placed.map(([uuid]) => uuid));
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
