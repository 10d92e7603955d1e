import { Logger } from '@nestjs/common';

/** Milliseconds between two looks, so that a change is seen within a second. */
const pause = 500;

/** Looks at the version of the keys, for as long as an instance has something in its cache. */
export class VersionWatch {
  #timer: NodeJS.Timeout | undefined;
  #neededUntil = 0;
  #isLooking = false;
  #isFailing = false;
  #isStopped = false;

  constructor(private readonly look: () => Promise<void>) {}

  /** Whether changes are noticed no longer. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Looks for this many milliseconds from now on. */
  watchFor(milliseconds: number): void {
    this.#neededUntil = performance.now() + milliseconds;
    this.#schedule();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    if (this.#timer || this.#isLooking || this.#isStopped) return;
    this.#timer = setTimeout(() => void this.#lookOnce(), pause).unref();
  }

  async #lookOnce(): Promise<void> {
    this.#timer = undefined;
    this.#isLooking = true;
    try {
      await this.look();
      this.#isFailing = false;
    } catch (error) {
      this.#warn(error as Error);
    }
    this.#isLooking = false;
    if (performance.now() < this.#neededUntil) this.#schedule();
  }

  /** While the database is away, keys end with their time in the cache. */
  #warn({ message }: Error): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    new Logger('DualId').warn(
      `Changes of API keys could not be looked for; keys in the cache are honored for 10 seconds at most. ${message}`,
    );
  }
}
