import type { Random } from './random.js';

/**
 * Returns the numbers 1 to `most`, each once, in a scattered order: multiples of a step that shares
 * no divisor with `most` reach every remainder before one repeats.
 */
export class ScatteredIds {
  readonly #step: number;
  readonly #offset: number;

  constructor(
    private readonly max: number,
    random: Random,
  ) {
    this.#offset = random.below(max);
    let step = 1 + random.below(max);
    while (commonDivisor(step, max) !== 1) step += 1;
    this.#step = step;
  }

  /** The id at a position, from 0 to one below `most`. Exact while `most` is below 2^26. */
  at(position: number): number {
    return 1 + ((this.#offset + position * this.#step) % this.max);
  }
}

function commonDivisor(one: number, other: number): number {
  return other === 0 ? one : commonDivisor(other, one % other);
}
