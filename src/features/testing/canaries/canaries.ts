import type { CanaryRange } from './canary-range.js';
import { decodingsOf, digitRuns, int64sIn, withoutUuids } from './encodings.js';

/** An internal id found in a text. */
export interface Sighting {
  /** The id, in decimal digits. */
  readonly id: string;
  /** Where it comes from, such as `orders.id`. */
  readonly source: string;
  readonly encoding: 'decimal' | 'base64' | 'hex';
}

/**
 * The minimum length, in digits, of an id that is also searched for inside longer runs of digits.
 */
const embeddable = 13;

/** Internal ids that are recognized wherever they appear. */
export class Canaries {
  readonly #lengths: readonly number[];

  constructor(readonly ranges: readonly CanaryRange[]) {
    const lengths = ranges.flatMap(({ first, end }) => [`${first}`.length, `${end}`.length]);
    this.#lengths = [...new Set(lengths)].filter((length) => length >= embeddable);
  }

  /** The canaries in a text: as digits, or as base64 or hex of digits or of eight bytes. */
  find(text: string): readonly Sighting[] {
    const found = new Map<string, Sighting>();
    const note = (number: bigint, encoding: Sighting['encoding']) => {
      const range = this.rangeOf(number);
      if (!range || found.has(`${number}`)) return;
      const source = `${range.table}.${range.column}`;
      found.set(`${number}`, { id: `${number}`, source, encoding });
    };
    for (const number of this.#numbersIn(withoutUuids(text))) note(number, 'decimal');
    for (const { encoding, bytes } of decodingsOf(text)) {
      for (const number of this.#numbersIn(bytes.toString('latin1'))) note(number, encoding);
      for (const number of int64sIn(bytes)) note(number, encoding);
    }
    return [...found.values()];
  }

  /** The sequence a number belongs to; undefined if the number is not a canary. */
  rangeOf(number: bigint): CanaryRange | undefined {
    return this.ranges.find(({ first, end }) => number >= first && number < end);
  }

  *#numbersIn(text: string): Generator<bigint> {
    for (const { digits, isFraction } of digitRuns(text)) {
      if (digits.length < 20) yield BigInt(digits);
      // The fractions of a page of metrics are so many that some have the digits of an id.
      if (isFraction) continue;
      for (const length of this.#lengths) {
        for (let at = 0; at + length <= digits.length; at++) {
          yield BigInt(digits.slice(at, at + length));
        }
      }
    }
  }
}
