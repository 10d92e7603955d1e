import type { Database } from '../database/database.js';
import type { Row } from '../database/row.js';
import { problem } from '../errors/problem.js';
import { andAlive } from '../sql/soft-deletion.js';
import type { CompiledView } from '../view/compiled-view.js';
import { Coalescer, maxBatch } from './coalescer.js';
import { KeyedStatement } from './keyed-statement.js';
import { NestedRows } from './nested-rows.js';
import type { Within } from './within.js';

/**
 * Reads views by public id with one prepared statement, shared by requests under different parents.
 */
export class ViewReader<V extends object> {
  readonly #statement: KeyedStatement;
  readonly #coalescer: Coalescer<Row>;
  readonly #nested: NestedRows | undefined;

  constructor(
    private readonly database: Database,
    private readonly view: CompiledView<V>,
    parentPaths: readonly string[] = [],
  ) {
    if (view.addressAt === undefined) {
      throw problem('setup_refused', {
        detail: `${view.name} cannot be read alone, because ${view.entity.name} has neither a public id nor a slug.`,
      });
    }
    const { select } = view;
    const alive = andAlive(view.entity, view.select.root);
    const address = select.values[view.addressAt];
    this.#statement = new KeyedStatement(
      database,
      (hasKey) =>
        `SELECT ${select.values.join(', ')} ${select.from()} WHERE ${hasKey(address!)}${alive}`,
    );
    this.#coalescer = new Coalescer(database, (uuids) => this.#load(uuids), { max: maxBatch });
    this.#nested =
      parentPaths.length === 0
        ? undefined
        : new NestedRows(database, view, parentPaths, { max: maxBatch });
  }

  /** The view of one entity, or undefined if it does not exist under these parents. */
  find(uuid: string, within: Within = {}): Promise<V | undefined> {
    const row = this.#nested?.get(uuid, within) ?? this.#row(uuid);
    return row.then((found) => found && this.view.read(found));
  }

  /** The views of several entities by public id under these parents, in one statement. */
  async findMany(uuids: readonly string[], within: Within = {}): Promise<ReadonlyMap<string, V>> {
    const distinct = [...new Set(uuids)];
    const rows = await (this.#nested?.many(distinct, within) ?? this.#load(distinct));
    return new Map([...rows].map(([uuid, row]) => [uuid, this.view.readAmongOthers(row)]));
  }

  /** A transaction reads on its own connection and sees its own changes. */
  #row(uuid: string): Promise<Row | undefined> {
    if (this.database.mayShare) return this.#coalescer.get(uuid);
    return this.#load([uuid]).then((rows) => rows.get(uuid));
  }

  async #load(uuids: readonly string[]): Promise<ReadonlyMap<string, Row>> {
    const rows = await this.#statement.rows(uuids);
    const { addressAt } = this.view;
    return new Map(rows.map((row) => [row[addressAt!] as string, row]));
  }
}
