import { Logger } from '@nestjs/common';
import type { Statement } from './statement.js';

/** The names under which the server prepares statements, while it may prepare them at all. */
export class StatementNames {
  /** How often a statement had to be prepared again because a table changed under it. */
  readonly #generations = new Map<string, number>();

  constructor(private isPreparing: boolean) {}

  /** The name of a statement now; undefined where it is to be planned each time. */
  of({ name }: Statement): string | undefined {
    if (!this.isPreparing || name === '') return undefined;
    const generation = this.#generations.get(name);
    return generation === undefined ? name : `${name}_${generation}`;
  }

  /** The plan under the present name is stale: the next run gets another. */
  renew({ name }: Statement): void {
    this.#generations.set(name, (this.#generations.get(name) ?? 0) + 1);
  }

  /** Prepares nothing from now on, and says why. */
  switchOff(reason: string): void {
    if (!this.isPreparing) return;
    this.isPreparing = false;
    new Logger('DualId').warn(
      `${reason} Prepared statements are off from now on; say so with preparedStatements: false, or true where the pooler keeps track of them.`,
    );
  }
}
