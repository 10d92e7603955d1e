import type { Random } from './random.js';
import { ScatteredIds } from './scattered-ids.js';
import { reorderedPercent } from './shapes.js';
import { Weighted } from './weighted.js';

/**
 * The number of random draws before products are tried in order; only small catalogues need that.
 */
const patience = 24;

/** Fills baskets: mostly with what the customer had before, otherwise with popular products. */
export class Baskets {
  readonly #popularity: Weighted;
  readonly #ranks: ScatteredIds;
  /** The last order a product was in, of any customer, by product id. */
  readonly #lastOrder: Uint32Array;
  /** The last customer, counted from 1, who had a product. */
  readonly #lastUser: Uint32Array;
  /** What the customer had, as often as it was ordered. */
  #history: number[] = [];
  #user = 0;
  #order = 0;

  constructor(
    private readonly products: number,
    random: Random,
  ) {
    // The n-th most popular product sells about 1 / n as often; the first ones are closer together.
    const weights = Array.from({ length: products }, (_, rank) => Math.floor(1e8 / (rank + 20)));
    this.#popularity = new Weighted(weights);
    this.#ranks = new ScatteredIds(products, random);
    this.#lastOrder = new Uint32Array(products + 1);
    this.#lastUser = new Uint32Array(products + 1);
  }

  /** Starts with a customer who has ordered nothing. */
  startUser(): void {
    this.#user += 1;
    this.#history = [];
  }

  /** The products of the customer's next order, each once, as `[id, was ordered before]`. */
  fill(random: Random, orderNumber: number, size: number): (readonly [number, boolean])[] {
    this.#order += 1;
    const percent = reorderedPercent[Math.min(orderNumber, reorderedPercent.length) - 1]!;
    const items: (readonly [number, boolean])[] = [];
    for (let left = Math.min(size, this.products); left > 0; left -= 1) {
      const known = random.below(100) < percent ? this.#known(random) : undefined;
      const product = known ?? this.#fresh(random);
      items.push([product, this.#lastUser[product] === this.#user]);
      this.#lastOrder[product] = this.#order;
    }
    for (const [product] of items) {
      this.#lastUser[product] = this.#user;
      this.#history.push(product);
    }
    return items;
  }

  #known(random: Random): number | undefined {
    for (let tries = 0; tries < patience && this.#history.length > 0; tries += 1) {
      const product = random.pick(this.#history);
      if (this.#lastOrder[product] !== this.#order) return product;
    }
    return undefined;
  }

  #fresh(random: Random): number {
    for (let tries = 0; tries < patience; tries += 1) {
      const product = this.#ranks.at(this.#popularity.draw(random));
      const isNew = this.#lastUser[product] !== this.#user;
      if (isNew && this.#lastOrder[product] !== this.#order) return product;
    }
    let product = random.between(1, this.products);
    while (this.#lastOrder[product] === this.#order) product = 1 + (product % this.products);
    return product;
  }
}
