import type { Database } from '../database/database.js';
import type { Row } from '../database/row.js';
import type { Statement } from '../database/statement.js';
import { statement } from '../database/statement.js';

/** Writes the condition that a column is one of the keys. */
export type HasKey = (column: string) => string;

/**
 * Reads rows by their keys with one of two prepared statements. A single key is compared with
 * `=`: a list of one looks cheaper to PostgreSQL than the list it plans for in general, so that
 * it would plan the statement again each time, which takes longer than the lookup itself.
 */
export class KeyedStatement {
  readonly #one: Statement;
  readonly #many: Statement;

  constructor(
    private readonly database: Database,
    textOf: (hasKey: HasKey) => string,
  ) {
    this.#one = statement(textOf((column) => `${column} = $1`));
    this.#many = statement(textOf((column) => `${column} = ANY($1)`));
  }

  /** The rows that have one of these keys, in no order. */
  rows(keys: readonly string[]): Promise<readonly Row[]> {
    if (keys.length === 1) return this.database.rows(this.#one, keys);
    return this.database.rows(this.#many, [keys]);
  }
}
