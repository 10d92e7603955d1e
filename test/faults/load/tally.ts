import type { TimedResult } from './patient-client.js';

/** Counts replies, and how long they took. */
export class Tally {
  readonly #replies: TimedResult[] = [];

  note(reply: TimedResult): void {
    this.#replies.push(reply);
  }

  get count(): number {
    return this.#replies.length;
  }

  /** How often each status and code came, such as `503 overloaded`. */
  get kinds(): Record<string, number> {
    const kinds: Record<string, number> = {};
    for (const { status, code } of this.#replies) {
      const kind = `${status} ${code}`.trim();
      kinds[kind] = (kinds[kind] ?? 0) + 1;
    }
    return kinds;
  }

  /** The replies of one code. */
  of(code: string): readonly TimedResult[] {
    return this.#replies.filter((reply) => reply.code === code);
  }

  /** How often each kind of reply came, and the longest that one took, such as `12 in 340 ms`. */
  get told(): Record<string, string> {
    const worst: Record<string, number> = {};
    for (const { status, code, milliseconds } of this.#replies) {
      const kind = `${status} ${code}`.trim();
      worst[kind] = Math.max(worst[kind] ?? 0, Math.round(milliseconds));
    }
    const { kinds } = this;
    const tell = (kind: string) => [kind, `${kinds[kind]} in ${worst[kind]} ms`];
    return Object.fromEntries(Object.keys(kinds).map(tell)) as Record<string, string>;
  }

  /** How many were done. */
  get done(): number {
    return this.#replies.filter(({ status }) => status >= 200 && status < 300).length;
  }

  /** How many were done that created something. */
  get written(): number {
    return this.#replies.filter(({ status }) => status === 201).length;
  }

  /** Server errors and requests without a response, by kind. */
  get failures(): string[] {
    return Object.keys(this.kinds).filter((kind) => /^(?:0|5\d\d)\b/.test(kind));
  }

  /** Milliseconds within which this share of the replies came: 0.5 is the median, 1 the maximum. */
  within(share: number): number {
    const sorted = this.#replies.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
    return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  }
}
