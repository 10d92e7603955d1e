import { Baskets } from './basket.js';
import { Calendar } from './calendar.js';
import type { Layout } from './layout.js';
import { Random } from './random.js';
import { ScatteredIds } from './scattered-ids.js';
import { itemsPerOrder, ordersPerUser } from './shapes.js';
import { writeHistory } from './status-history.js';
import { WeightedStretches } from './weighted.js';
import { address, familyName, givenName, inLetters, phoneNumber } from './words.js';

/** The largest ids of the history; the shop's own start above them. */
export const largestIds = { users: 399_999, orders: 3_421_999, products: 99_999 } as const;

const orderCounts = new WeightedStretches(ordersPerUser);
const basketSizes = new WeightedStretches(itemsPerOrder);

/** How many orders each customer places; the same for the first customers, however many follow. */
export function* orderCountsOf(users: number, seed: string): Generator<number> {
  const random = new Random(`${seed}/order counts`);
  for (let user = 0; user < users; user += 1) yield orderCounts.draw(random);
}

/** Writes customers one by one, with everything they ordered. */
export class Customers {
  readonly #userIds: ScatteredIds;
  readonly #orderIds: ScatteredIds;
  readonly #baskets: Baskets;
  #orders = 0;

  constructor(
    private readonly layout: Layout,
    private readonly seed: string,
    products: number,
  ) {
    const random = new Random(`${seed}/ids`);
    this.#userIds = new ScatteredIds(largestIds.users, random);
    this.#orderIds = new ScatteredIds(largestIds.orders, random);
    this.#baskets = new Baskets(products, random);
  }

  /** Writes the customer at a position, from 0, with that many orders. */
  write(position: number, orders: number): void {
    const random = new Random(`${this.seed}/user/${position}`);
    const id = this.#userIds.at(position);
    this.#writeUser(id, position, random);
    this.#baskets.startUser();
    const calendar = new Calendar();
    for (let number = 1; number <= orders; number += 1) {
      this.#writeOrder({ userId: id, number, calendar, random });
    }
  }

  #writeUser(id: number, position: number, random: Random): void {
    const first = givenName(random);
    const last = familyName(random);
    const mailbox = `${first}.${last}.${inLetters(position)}`.replaceAll("'", '').toLowerCase();
    const email = `${mailbox}@example.${random.pick(['com', 'net', 'org'])}`;
    const fields = [id, first, last, email, phoneNumber(random), ...address(random)];
    this.layout['users.csv'].addFields(fields);
  }

  #writeOrder({ userId, number, calendar, random }: NextOrder): void {
    const id = this.#orderIds.at(this.#orders++);
    const { dayOfWeek, hour, gap, minute } = calendar.next(random);
    const days = gap === undefined ? '' : `${gap}.0`;
    this.layout['orders.csv'].add(`${id},${userId},prior,${number},${dayOfWeek},${hour},${days}`);
    const items = this.#baskets.fill(random, number, basketSizes.draw(random));
    let position = 0;
    for (const [product, isKnown] of items) {
      position += 1;
      this.layout['order_products__prior.csv'].add(
        `${id},${product},${position},${isKnown ? 1 : 0}`,
      );
    }
    writeHistory(this.layout['order_status_history.csv'], { id, minute }, random);
  }
}

interface NextOrder {
  readonly userId: number;
  readonly number: number;
  readonly calendar: Calendar;
  readonly random: Random;
}
