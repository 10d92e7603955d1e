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

  /** `type`: the type of the keys, if it is not the column's own. */
  constructor(
    private readonly database: Database,
    textOf: (hasKey: HasKey) => string,
    type?: string,
  ) {
    const [one, many] = type === undefined ? ['$1', '$1'] : [`$1::${type}`, `$1::${type}[]`];
    this.#one = statement(textOf((column) => `${column} = ${one}`));
    this.#many = statement(textOf((column) => `${column} = ANY(${many})`));
  }

  /** The rows with one of these keys, in no particular order. */
  rows(keys: readonly string[]): Promise<readonly Row[]> {
    if (keys.length === 1) return this.database.rows(this.#one, keys);
    return this.database.rows(this.#many, [keys]);
  }
}
