import { currentOwner, currentOwnerEntity } from '../access/access-context.js';
import type { Database } from '../database/database.js';
import type { Row } from '../database/row.js';
import type { Statement } from '../database/statement.js';
import { statement } from '../database/statement.js';
import type { EntityClass } from '../definition/entity-class.js';

/** ` AND ...`: that the entity behind the alias of a passport exists; empty where all of them do. */
export type AndExists = (passport: string) => string;

/** Writes the text of a statement whose values are followed by the owner in restricted work. */
export interface WriteScoped {
  /** How many values the statement has besides the owner. */
  readonly values: number;
  readonly text: (andExists: AndExists) => string;
}

/** The condition that the entity behind the alias of a passport exists for an owner. */
type ExistsSql = (passport: string, owner: string) => string;

/** A statement that is another one in work that is restricted to an owner. */
export class ScopedStatement {
  readonly #all: Statement;
  /** By what the owner is a row of. */
  readonly #own = new Map<EntityClass | undefined, Statement>();

  constructor(
    private readonly database: Database,
    private readonly scoped: WriteScoped,
    private readonly exists: ExistsSql,
  ) {
    this.#all = statement(scoped.text(() => ''));
  }

  /** Runs it for the running work and returns its rows. */
  async rows(values: readonly unknown[]): Promise<readonly Row[]> {
    const [sent, all] = this.#sent(values);
    return this.database.rows(sent, all);
  }

  /** Runs it for the running work and returns how many rows it wrote. */
  async execute(values: readonly unknown[]): Promise<number> {
    const [sent, all] = this.#sent(values);
    return this.database.execute(sent, all);
  }

  #sent(values: readonly unknown[]): readonly [Statement, readonly unknown[]] {
    const owner = currentOwner();
    return owner === undefined ? [this.#all, values] : [this.#ofOwner(), [...values, owner]];
  }

  /** Written at first use, when the entities of the application are known. */
  #ofOwner(): Statement {
    const owners = currentOwnerEntity();
    const known = this.#own.get(owners);
    if (known) return known;
    const { values, text } = this.scoped;
    const owner = `$${values + 1}::uuid`;
    const own = statement(text((passport) => ` AND ${this.exists(passport, owner)}`));
    this.#own.set(owners, own);
    return own;
  }
}
