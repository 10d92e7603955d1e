import type { Statement } from '../database/statement.js';
import { statement, unnamed } from '../database/statement.js';

/** The maximum number of texts of one kind that a server is asked to keep prepared. */
const mostNamed = 200;

/**
 * Statements whose text depends on what was asked: which columns are written, which filters are
 * set. Common ones are prepared under a name; there is an end to it, because every name costs
 * memory on every connection and a client chooses the combinations.
 */
export class Statements {
  readonly #named = new Map<string, Statement>();

  /** The statement of a text, named while there is room. */
  of(text: string): Statement {
    const known = this.#named.get(text);
    if (known) return known;
    if (this.#named.size >= mostNamed) return { ...unnamed(text), isOwn: true };
    const made = { ...statement(text), isOwn: true };
    this.#named.set(text, made);
    return made;
  }
}
