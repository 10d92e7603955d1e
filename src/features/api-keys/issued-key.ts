import type { KeyInfo } from './key-info.js';

/**
 * A new key with its token, which nothing else has: it is neither stored nor part of what the
 * console or JSON shows of this object.
 */
export class IssuedKey {
  readonly #token: string;

  constructor(
    readonly key: KeyInfo,
    token: string,
  ) {
    this.#token = token;
  }

  /** The token, to be shown once to whoever asked for the key. */
  get token(): string {
    return this.#token;
  }
}
