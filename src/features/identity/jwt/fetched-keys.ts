import { Logger } from '@nestjs/common';
import type { FetchImplementation } from 'jose';
import { createLocalJWKSet } from 'jose';
import { jittered } from '../../../core/pause/jittered.js';

/** Milliseconds to wait after the first of several failures. */
const firstKeysPause = 1_000;

/**
 * Fetches the keys of an issuer. After a failure nobody asks again for a while, which grows with
 * every further one: until then, whoever needs the keys fails as the last fetch did.
 */
export class FetchedKeys {
  #failures = 0;
  #lastError: unknown;
  #pausedUntil = 0;

  constructor(
    private readonly jwksUri: string,
    private readonly maxPause: number,
  ) {}

  /** Whole seconds after which the keys may be there, at least one. */
  get retryAfter(): number {
    return Math.max(1, Math.ceil((this.#pausedUntil - performance.now()) / 1_000));
  }

  readonly fetch: FetchImplementation = async (url, options) => {
    if (performance.now() < this.#pausedUntil) throw this.#lastError;
    try {
      const keys = await readKeys(await fetch(url, options));
      this.#failures = 0;
      return Response.json(keys);
    } catch (error) {
      this.#noteFailure(error as Error);
      throw error;
    }
  };

  #noteFailure(error: Error): void {
    if (this.#failures === 0) new Logger('DualId').warn(keysFailure(this.jwksUri, error));
    const growing = firstKeysPause * 2 ** Math.min(this.#failures, 20);
    this.#failures += 1;
    this.#lastError = error;
    this.#pausedUntil = performance.now() + jittered(Math.min(growing, this.maxPause));
  }
}

/** Whatever is no set of keys is a failure too. */
async function readKeys(response: Response): Promise<unknown> {
  if (response.status !== 200) throw new Error(`The response was ${response.status}, not 200.`);
  const keys = (await response.json()) as Parameters<typeof createLocalJWKSet>[0];
  createLocalJWKSet(keys);
  return keys;
}

function keysFailure(jwksUri: string, { message }: Error): string {
  return `The keys of ${jwksUri} could not be fetched; tokens whose keys are not known are refused with 503. ${message}`;
}
