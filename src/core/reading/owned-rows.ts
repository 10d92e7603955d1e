import type { EntityMetadata } from 'typeorm';
import type { Database } from '../database/database.js';
import type { Row } from '../database/row.js';
import { Select } from '../view/select.js';
import type { NestedSource } from './nested-rows.js';
import { NestedRows } from './nested-rows.js';
import type { OwnerScope } from './owner-scope.js';

/** What is read of an owner's rows; SQL that refers to the row by the alias it is given. */
export interface OwnedColumns {
  readonly value: (alias: string) => string;
  /** ` AND ...`: what a row has to be; not deleted if absent. */
  readonly isSought?: (alias: string) => string;
}

/**
 * Reads one value of rows for work that is restricted to an owner, by address. Lookups for
 * different owners share a statement; nothing is cached, because a row may change its owner.
 */
export class OwnedRows {
  readonly #source: NestedSource;
  /** By the paths to the owner, which depend on what the owner is a row of. */
  readonly #rows = new Map<string, NestedRows>();

  constructor(
    private readonly database: Database,
    entity: EntityMetadata,
    private readonly scope: OwnerScope,
    { value, isSought }: OwnedColumns,
  ) {
    const select = new Select(entity);
    select.add(value(select.root));
    this.#source = { name: entity.name, select, isSought: isSought?.(select.root) };
    this.#under(scope.impliedBy([]));
  }

  /** The value of the row at an address, in a row of its own; undefined if it is not the owner's. */
  async get(address: string): Promise<Row | undefined> {
    const owner = this.scope.within({});
    if (!owner || this.scope.excludes(address)) return undefined;
    return this.#under(Object.keys(owner)).get(address, owner);
  }

  #under(paths: readonly string[]): NestedRows {
    const key = paths.join('\n');
    const known = this.#rows.get(key);
    if (known) return known;
    const rows = new NestedRows(this.database, this.#source, paths);
    this.#rows.set(key, rows);
    return rows;
  }
}
