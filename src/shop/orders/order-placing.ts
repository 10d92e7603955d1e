import { Inject, Injectable } from '@nestjs/common';
import type { PublicId, Row } from 'nest-dual-id';
import { Database, GroupCommit, problem } from 'nest-dual-id';
import { TIME_ZONE } from '../time-zone.js';
import type { User } from '../users/user.entity.js';
import type { Order } from './order.entity.js';
import type { CreateOrderItem } from './order.input.js';
import { lockFreeUsers, lockUser, placeOrders } from './place-order.sql.js';
import { refuseUnorderable } from './unorderable-lines.js';

/** An order to place, and the error to throw if its user does not exist. */
export interface NewOrder {
  readonly uuid: PublicId<Order>;
  readonly userUuid: PublicId<User>;
  readonly items: readonly CreateOrderItem[];
  readonly missing: () => Error;
}

/**
 * Writes new orders. Orders of different users that arrive together share one transaction and its
 * statements; an order whose user is locked, or that cannot be placed, has a transaction of its own.
 */
@Injectable()
export class OrderPlacing {
  readonly #placing: GroupCommit<NewOrder, true>;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(TIME_ZONE) private readonly timeZone: string,
  ) {
    this.#placing = new GroupCommit(database, {
      key: ({ userUuid }) => userUuid,
      together: (all) => database.transaction(() => this.#placeFree(all)),
      alone: (order) => database.transaction(() => this.#placeOne(order), { key: order.userUuid }),
    });
  }

  /** Resolves once the order is committed. */
  async place(order: NewOrder): Promise<void> {
    await this.#placing.run(order);
  }

  /** Places orders of different users, except those whose user is locked or does not exist. */
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
    const products = order.items.map(({ productUuid }) => productUuid);
    await refuseUnorderable(this.database, products);
    // Between the two statements, the products became orderable.
    throw problem('concurrent_change');
  }

  /** Writes the orders whose users are locked; returns the public ids of the orders written. */
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
}
