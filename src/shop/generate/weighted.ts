import type { Random } from './random.js';

/** Draws positions of a list in proportion to their whole-number weights. */
export class Weighted {
  readonly #ends: Uint32Array;
  readonly #total: number;

  constructor(weights: readonly number[]) {
    this.#ends = new Uint32Array(weights.length);
    let total = 0;
    for (const [index, weight] of weights.entries()) this.#ends[index] = total += weight;
    this.#total = total;
  }

  /** A position, from 0. */
  draw(random: Random): number {
    const ends = this.#ends;
    const point = random.below(this.#total);
    let low = 0;
    let high = ends.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (point < ends[middle]!) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** A range of equally likely whole numbers, and the weight of the whole range. */
export type Stretch = readonly [least: number, most: number, weight: number];

/** Draws whole numbers from weighted ranges. */
export class WeightedStretches {
  readonly #weighted: Weighted;

  constructor(private readonly stretches: readonly Stretch[]) {
    this.#weighted = new Weighted(stretches.map(([, , weight]) => weight));
  }

  draw(random: Random): number {
    const [least, most] = this.stretches[this.#weighted.draw(random)]!;
    return random.between(least, most);
  }
}
