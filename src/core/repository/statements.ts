import type { Statement } from '../database/statement.js';
import { statement, unnamed } from '../database/statement.js';

/** The maximum number of statements of one kind to keep prepared on a server. */
const maxNamedStatements = 200;

/**
 * Statements whose text depends on the request: which columns are written, which filters are set.
 * Common ones are prepared under a name, up to a limit, because every name costs memory on every
 * connection and clients choose the combinations.
 */
export class Statements {
  readonly #named = new Map<string, Statement>();

  /** Returns the statement of a text, named while there is room. */
  of(text: string): Statement {
    const known = this.#named.get(text);
    if (known) return known;
    if (this.#named.size >= maxNamedStatements) return { ...unnamed(text), isOwn: true };
    const made = { ...statement(text), isOwn: true };
    this.#named.set(text, made);
    return made;
  }
}
