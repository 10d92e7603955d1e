import type { Database } from '../database/database.js';
import type { Row } from '../database/row.js';
import type { Statement } from '../database/statement.js';
import { statement } from '../database/statement.js';
import { addressColumn } from '../entity/address.js';
import type { CompiledView } from '../view/compiled-view.js';
import { resolveParent } from '../view/relation-path.js';
import { nameOf } from '../view/select.js';
import type { ReadAddress } from './addresses.js';
import { addressReaderOf } from './addresses.js';
import { Coalescer } from './coalescer.js';
import { batchOf, ofBatch } from './lateral-batch.js';
import { belongsTo, parentKeys, underParents } from './parent-keys.js';

type Spelling = (position: number, type: string) => string;

/**
 * Reads rows of a view by address under parents. The parents are looked up first, and of a row that
 * is not theirs nothing is read but its own entry: neither its lists nor what it computes.
 */
export class NestedRows {
  readonly #alone: Statement;
  readonly #together: Statement;
  readonly #parents: readonly (readonly [path: string, read: ReadAddress])[];
  readonly #coalescer: Coalescer<Row>;

  /** `largestBatch`: how many rows are read in one statement at most. */
  constructor(
    private readonly database: Database,
    private readonly view: CompiledView,
    paths: readonly string[],
    largestBatch: number,
  ) {
    this.#parents = paths.map((path) => {
      const { column } = resolveParent(view.entity, path, view.name);
      return [path, addressReaderOf(column.entityMetadata)];
    });
    this.#alone = statement(this.#text((position) => `$${position}`));
    this.#together = statement(batchOf(this.#text(ofBatch), paths.length + 1));
    this.#coalescer = new Coalescer(database, (keys) => this.#load(keys), { max: largestBatch });
  }

  /** The row of an address, or undefined where none stands under these parents. */
  async get(address: string, within: Readonly<Record<string, string>>): Promise<Row | undefined> {
    // A parent that is absent is named by nothing, and no caller's undefined or null means it.
    const parents = this.#parents.flatMap(([path, read]) => read(within[path]) ?? []);
    if (parents.length < this.#parents.length) return undefined;
    const values = [address, ...parents];
    if (this.database.mayShare) return this.#coalescer.get(JSON.stringify(values));
    return (await this.database.rows(this.#alone, values))[0];
  }

  async #load(keys: readonly string[]): Promise<ReadonlyMap<string, Row>> {
    const asked = keys.map((key) => JSON.parse(key) as string[]);
    if (asked.length === 1) {
      const [row] = await this.database.rows(this.#alone, asked[0]);
      return new Map(row && [[keys[0]!, row]]);
    }
    const columns = asked[0]!.map((_, at) => asked.map((values) => values[at]));
    const rows = await this.database.rows(this.#together, columns);
    return new Map(rows.map((row) => [keys[row.at(-1) as number]!, row]));
  }

  #text(spell: Spelling): string {
    const { entity, addressAt, select: whole } = this.view;
    const select = whole.clone();
    const paths = this.#parents.map(([path]) => path);
    const typeOf = (type: unknown) => (type === 'uuid' ? 'uuid' : 'text');
    const keys = parentKeys(entity, paths, (path, { column }) =>
      spell(paths.indexOf(path) + 2, typeOf(column.type)),
    );
    const address = select.values[addressAt!]!;
    const own = spell(1, typeOf(addressColumn(entity)!.type));
    const mark = entity.deleteDateColumn;
    const conditions = [
      `${address} = ${own}`,
      ...belongsTo(keys, select),
      ...(mark ? [`${select.root}.${nameOf(mark)} IS NULL`] : []),
    ];
    const rows = `SELECT ${select.values.join(', ')} ${select.from()}`;
    return underParents(keys, `${rows} WHERE ${conditions.join(' AND ')}`);
  }
}
