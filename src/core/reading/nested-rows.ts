import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { castNameOf } from '../column-types/key-text.js';
import type { Database } from '../database/database.js';
import type { Row } from '../database/row.js';
import type { Statement } from '../database/statement.js';
import { statement } from '../database/statement.js';
import { addressColumn } from '../definition/address.js';
import { andAlive } from '../sql/soft-deletion.js';
import type { CompiledView } from '../view/compiled-view.js';
import { resolveParent } from '../view/relation-path.js';
import type { ReadAddress } from './addresses.js';
import { addressReaderOf } from './addresses.js';
import { Coalescer, maxBatch } from './coalescer.js';
import { batchOf, ofBatch } from './lateral-batch.js';
import { belongsTo, parentKeys, underParents } from './parent-keys.js';

type KeySpelling = (position: number, type: string) => string;

/**
 * Reads rows of a view by address under parents. The parents are looked up first; of a row under
 * another parent nothing is read but its own entry: neither its lists nor its computed fields.
 */
export class NestedRows {
  readonly #alone: Statement;
  readonly #together: Statement;
  readonly #parents: readonly (readonly [path: string, read: ReadAddress])[];
  readonly #coalescer: Coalescer<Row>;

  constructor(
    private readonly database: Database,
    private readonly view: CompiledView,
    paths: readonly string[],
  ) {
    this.#parents = paths.map((path) => {
      const { column } = resolveParent(view.entity, path, view.name);
      return [path, addressReaderOf(column.entityMetadata)];
    });
    this.#alone = statement(this.#text((position) => `$${position}`));
    this.#together = statement(batchOf(this.#text(ofBatch), paths.length + 1));
    this.#coalescer = new Coalescer(database, (keys) => this.#load(keys), { max: maxBatch });
  }

  /** The row at an address, or undefined if there is none under these parents. */
  async get(address: string, within: Readonly<Record<string, string>>): Promise<Row | undefined> {
    // An absent parent address matches nothing; undefined or null never means a missing parent.
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

  #text(spell: KeySpelling): string {
    const { entity, addressAt, select: whole } = this.view;
    const select = whole.clone();
    const paths = this.#parents.map(([path]) => path);
    const keys = parentKeys(entity, paths, (path, { column }) =>
      spell(paths.indexOf(path) + 2, typeOfAddress(column)),
    );
    const address = select.values[addressAt!]!;
    const own = spell(1, typeOfAddress(addressColumn(entity)!));
    const conditions = [`${address} = ${own}`, ...belongsTo(keys, select)].join(' AND ');
    const rows = `SELECT ${select.values.join(', ')} ${select.from()}`;
    return underParents(keys, `${rows} WHERE ${conditions}${andAlive(entity, select.root)}`);
  }
}

function typeOfAddress(column: ColumnMetadata): string {
  return castNameOf(column) ?? 'text';
}
