import { Inject, Injectable } from '@nestjs/common';
import type { DualIdRepository, InternalId, PublicId, Statement, Versions } from 'nest-dual-id';
import { Database, InjectDualId, newPublicId, problem, requireVersion } from 'nest-dual-id';
import { mayActFor } from '../access/own-user.js';
import type { CreateOrderItem } from '../orders/order.input.js';
import type { OrderView } from '../orders/order.view.js';
import { OrdersService } from '../orders/orders.service.js';
import type { Product } from '../products/product.entity.js';
import { shopProblem } from '../shop-errors.js';
import type { User } from '../users/user.entity.js';
import { Cart } from './cart.entity.js';
import * as sql from './cart.sql.js';
import { CartView } from './cart.view.js';

/** How much of a product is added to a cart. */
export interface CartLine {
  readonly productUuid: PublicId<Product>;
  readonly quantity: number;
}

/** An open cart that nobody else changes or closes for now. */
export interface LockedCart {
  readonly uuid: PublicId<Cart>;
  readonly id: InternalId<Cart>;
}

/**
 * Fills carts and turns them into orders. Every change locks its cart and increments its version.
 */
@Injectable()
export class CartsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(OrdersService) private readonly orders: OrdersService,
    @InjectDualId(Cart) private readonly carts: DualIdRepository<Cart>,
  ) {}

  /** The user's open cart, created if there is none; undefined if the caller knows no such user. */
  async open(userUuid: PublicId<User>): Promise<CartView | undefined> {
    if (!mayActFor(userUuid)) return undefined;
    const open = async () => {
      await this.database.execute(sql.openCart, [userUuid, newPublicId<Cart>(4)]);
      return this.find(userUuid);
    };
    // The cart that was there may have been checked out before it was read.
    return (await open()) ?? open();
  }

  /** The user's open cart, or undefined. */
  async find(userUuid: PublicId<User>): Promise<CartView | undefined> {
    const [row] = await this.database.rows(sql.findOpenCart, [userUuid]);
    return row && this.carts.find(CartView, row[0] as PublicId<Cart>);
  }

  /** Locks the user's open cart for the rest of the transaction; opens one if there is none. */
  async lockOpen(userUuid: PublicId<User>): Promise<LockedCart> {
    // A cart may be checked out between the two statements, but hardly that often.
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const open = await this.open(userUuid);
      if (!open) continue;
      const [row] = await this.database.rows(sql.touchOpenCart, [open.uuid]);
      if (row) return { uuid: open.uuid, id: row[0] as InternalId<Cart> };
    }
    throw problem('concurrent_change');
  }

  add(cart: PublicId<Cart>, line: CartLine, versions?: Versions): Promise<CartView> {
    const { productUuid, quantity } = line;
    return this.#change(cart, versions, (id) =>
      this.database.execute(sql.addItem, [id, productUuid, quantity]),
    );
  }

  set(cart: PublicId<Cart>, line: CartLine, versions?: Versions): Promise<CartView> {
    const { productUuid, quantity } = line;
    return this.#change(cart, versions, (id) =>
      this.#changeLine(sql.setItem, [id, productUuid, quantity]),
    );
  }

  remove(cart: PublicId<Cart>, product: PublicId<Product>, versions?: Versions): Promise<CartView> {
    return this.#change(cart, versions, (id) => this.#changeLine(sql.removeItem, [id, product]));
  }

  clear(cart: PublicId<Cart>, versions?: Versions): Promise<CartView> {
    return this.#change(cart, versions, (id) => this.database.execute(sql.clearItems, [id]));
  }

  /** Places an order for everything in the cart at today's prices, and closes the cart. */
  checkout(cart: PublicId<Cart>, versions?: Versions): Promise<OrderView> {
    const order = async () => {
      const id = await this.#lock(cart, versions);
      const lines = await this.database.rows(sql.cartLines, [id]);
      if (lines.length === 0) throw shopProblem('cart_empty');
      const items = lines.map(([productUuid, quantity]) => ({ productUuid, quantity }));
      const { userUuid } = await this.carts.get(CartView, cart);
      if (userUuid === null) throw shopProblem('cart_unclaimed');
      const missing = () => problem('not_found');
      const placed = await this.orders.place(userUuid, items as CreateOrderItem[], missing);
      await this.database.execute(sql.closeCart, [id]);
      return placed;
    };
    return this.database.transaction(order, { key: cart });
  }

  #change(
    cart: PublicId<Cart>,
    versions: Versions | undefined,
    work: (id: InternalId<Cart>) => Promise<unknown>,
  ): Promise<CartView> {
    const change = async () => {
      await work(await this.#lock(cart, versions));
      return this.carts.get(CartView, cart);
    };
    return this.database.transaction(change, { key: cart });
  }

  /**
   * Changes one line; a product that does not exist, or is not in the cart to be removed, is not
   * found.
   */
  async #changeLine(change: Statement, values: readonly unknown[]): Promise<void> {
    const changed = await this.database.execute(change, values);
    if (changed === 0) throw problem('not_found');
  }

  /** Locks an open cart for the rest of the transaction; a closed one accepts no changes. */
  async #lock(cart: PublicId<Cart>, versions: Versions | undefined): Promise<InternalId<Cart>> {
    const [row] = await this.database.rows(sql.touchOpenCart, [cart]);
    if (row) {
      const [id, version] = row as [InternalId<Cart>, number];
      requireVersion(version, versions);
      return id;
    }
    await this.carts.get(CartView, cart);
    throw shopProblem('cart_closed');
  }
}
