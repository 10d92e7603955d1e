import { Logger } from '@nestjs/common';
import type { Statement } from './statement.js';

/** The names under which the server prepares statements, for as long as that is allowed. */
export class StatementNames {
  /** How often a statement had to be prepared again because a table changed. */
  readonly #generations = new Map<string, number>();

  constructor(private isPreparing: boolean) {}

  /** The current name of a statement; undefined if it is planned each time. */
  of({ name }: Statement): string | undefined {
    if (!this.isPreparing || name === '') return undefined;
    const generation = this.#generations.get(name);
    return generation === undefined ? name : `${name}_${generation}`;
  }

  /** The plan under the current name is stale: the next run uses another. */
  renew({ name }: Statement): void {
    this.#generations.set(name, (this.#generations.get(name) ?? 0) + 1);
  }

  /** Disables prepared statements from now on, and logs the reason. */
  switchOff(reason: string): void {
    if (!this.isPreparing) return;
    this.isPreparing = false;
    new Logger('DualId').warn(
      `${reason} Prepared statements are off from now on; make that explicit with preparedStatements: false, or use true if the pooler keeps track of them.`,
    );
  }
}
