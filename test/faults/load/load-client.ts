import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../../src/shop/generate/random.js';
import type { Call, TimedResult } from './patient-client.js';
import type { Changes, Creation, Ledger } from './ledger.js';
import { quantitiesOf } from './ledger-check.js';

/** What a client finds in the shop before it begins. */
export interface Ground {
  /** Two products with a price. */
  readonly products: readonly [string, string];
  /** Users that clients place orders for, side by side. */
  readonly users: readonly string[];
  /** A user and a cart that only this client changes. */
  readonly user: string;
  readonly cart: string;
}

/** Sends a request and counts it. */
export type Send = (call: Call) => Promise<TimedResult>;

/** A client that does one thing after the other, as a seed has it, and writes down what it did. */
export class LoadClient {
  readonly #random: Random;
  readonly #cities: Changes = { done: 0, unknown: 0, possible: new Set() };
  readonly #pieces: Changes = { done: 0, unknown: 0, possible: new Set() };
  readonly #unsettled: (() => Promise<boolean>)[] = [];
  #etag: string | undefined;

  constructor(
    private readonly ground: Ground,
    private readonly ledger: Ledger,
    private readonly send: Send,
    seed: string,
  ) {
    this.#random = new Random(seed);
    ledger.cities.set(ground.user, this.#cities);
    ledger.carts.set(ground.cart, this.#pieces);
  }

  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) await this.#step(isOver);
  }

  /** Asks again for orders whose fate under a key is open, until each is there. */
  async settle(): Promise<void> {
    for (const settle of this.#unsettled) {
      for (let attempt = 0; attempt < 20 && !(await settle()); attempt += 1);
    }
  }

  #step(isOver: () => boolean): Promise<unknown> {
    const dice = this.#random.below(100);
    if (dice < 15) return this.#orderWithoutKey();
    if (dice < 30) return this.#orderWithKey(isOver);
    if (dice < 40) return this.#createUser();
    if (dice < 50) return this.#changeCity();
    if (dice < 60) return this.#addPiece();
    return this.#read();
  }

  async #orderWithoutKey(): Promise<void> {
    const { call, creation } = this.#newOrder();
    this.#note(creation, await this.#ask(call));
  }

  async #orderWithKey(isOver: () => boolean): Promise<void> {
    const { call, creation } = this.#newOrder();
    const key = { 'idempotency-key': `load-${this.ledger.next()}` };
    const settle = async () => {
      const reply = await this.#ask({ ...call, headers: key });
      if (this.ledger.outcomeOf(reply) !== 'done') return false;
      this.#note(creation, reply);
      return true;
    };
    while (!isOver()) if (await settle()) return;
    this.#unsettled.push(settle);
  }

  #newOrder(): { call: Call; creation: Creation } {
    const serial = this.ledger.next();
    const quantities = quantitiesOf(serial);
    const items = this.ground.products.map((productUuid, at) => ({
      productUuid,
      quantity: quantities[at],
    }));
    const body = { userUuid: this.#random.pick(this.ground.users), items };
    const creation = this.ledger.open(this.ledger.orders, serial);
    return { call: { method: 'POST', path: '/orders', body }, creation };
  }

  async #createUser(): Promise<void> {
    const email = `load-new-${this.ledger.next()}@example.org`;
    const body = { firstName: 'Load', lastName: 'Test', email };
    const creation = this.ledger.open(this.ledger.users, email);
    this.#note(creation, await this.#ask({ method: 'POST', path: '/users', body }));
  }

  async #changeCity(): Promise<void> {
    const path = `/users/${this.ground.user}`;
    this.#etag ??= (await this.#ask({ method: 'GET', path })).headers.etag;
    if (this.#etag === undefined) return;
    const city = `City ${this.ledger.next()}`;
    const headers = { 'if-match': this.#etag };
    const reply = await this.#ask({ method: 'PATCH', path, body: { city }, headers });
    this.ledger.change(this.#cities, this.ledger.outcomeOf(reply), city);
    this.#etag = reply.headers.etag;
  }

  async #addPiece(): Promise<void> {
    const body = { productUuid: this.#random.pick(this.ground.products), quantity: 1 };
    const path = `/carts/${this.ground.cart}/items`;
    const reply = await this.#ask({ method: 'POST', path, body });
    this.ledger.change(this.#pieces, this.ledger.outcomeOf(reply), '');
  }

  async #read(): Promise<void> {
    const { products, users } = this.ground;
    const paths = [
      `/products/${this.#random.pick(products)}`,
      `/products?limit=${this.#random.between(1, 20)}`,
      `/users/${this.#random.pick(users)}/orders?limit=${this.#random.between(1, 10)}`,
    ];
    await this.#ask({ method: 'GET', path: this.#random.pick(paths) });
  }

  #note(creation: Creation, reply: TimedResult): void {
    creation.outcome = this.ledger.outcomeOf(reply);
    if (creation.outcome === 'done') creation.uuid = reply.body.uuid;
  }

  /** Sends a request; behind a failure a client waits as long as it is told, or for a moment. */
  async #ask(call: Call): Promise<TimedResult> {
    const reply = await this.send(call);
    if (reply.status >= 400 || reply.status === 0) {
      const seconds = Math.min(Number(reply.headers['retry-after'] ?? 0.05), 2);
      await sleep(seconds * 1000 * (0.5 + this.#random.below(1000) / 1000));
    }
    return reply;
  }
}
