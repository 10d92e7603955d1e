import type { Random } from './random.js';

/**
 * Gives the numbers 1 to `most`, each once, in a scattered order: sums of a step that shares no
 * divisor with `most` pass over every remainder before one returns.
 */
export class ScatteredIds {
  readonly #step: number;
  readonly #offset: number;

  constructor(
    private readonly most: number,
    random: Random,
  ) {
    this.#offset = random.below(most);
    let step = 1 + random.below(most);
    while (commonDivisor(step, most) !== 1) step += 1;
    this.#step = step;
  }

  /** The id at a position, from 0 to one below `most`. Exact while `most` is below 2^26. */
  at(position: number): number {
    return 1 + ((this.#offset + position * this.#step) % this.most);
  }
}

function commonDivisor(one: number, other: number): number {
  return other === 0 ? one : commonDivisor(other, one % other);
}
