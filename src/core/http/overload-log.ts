import type { Logger } from '@nestjs/common';

/** Milliseconds between two lines: an overload must not flood the log as well. */
const overloadLogInterval = 10_000;

/** Logs how many requests were refused, in one line for many. */
export class OverloadLog {
  #refused = 0;
  #reportedAt = -Infinity;

  constructor(private readonly logger: Logger) {}

  report(): void {
    this.#refused += 1;
    const now = performance.now();
    if (now - this.#reportedAt < overloadLogInterval) return;
    this.logger.warn(`Refused as overloaded since the last such line: ${this.#refused} requests.`);
    this.#reportedAt = now;
    this.#refused = 0;
  }
}
