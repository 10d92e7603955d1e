import type { Database } from '../database/database.js';
import type { Row } from '../database/row.js';
import type { Statement } from '../database/statement.js';
import { statement } from '../database/statement.js';

/** Writes the condition that a column matches one of the keys. */
export type HasKey = (column: string) => string;

/**
 * Reads rows by their keys with one of two prepared statements. A single key is compared with `=`:
 * PostgreSQL estimates a list of one to be cheaper than its generic list plan, so it would replan
 * the statement each time, which takes longer than the lookup itself.
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

  /** The rows with one of these keys, in no particular order. */
  rows(keys: readonly string[]): Promise<readonly Row[]> {
    if (keys.length === 1) return this.database.rows(this.#one, keys);
    return this.database.rows(this.#many, [keys]);
  }
}
