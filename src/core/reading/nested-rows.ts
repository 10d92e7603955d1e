import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { castNameOf } from '../column-types/key-text.js';
import type { Database } from '../database/database.js';
import type { Row } from '../database/row.js';
import type { Statement } from '../database/statement.js';
import { statement } from '../database/statement.js';
import { addressColumn } from '../definition/address.js';
import { nameOf } from '../sql/entity-names.js';
import { andAlive } from '../sql/soft-deletion.js';
import { resolveParent } from '../view/relation-path.js';
import type { Select } from '../view/select.js';
import type { ReadAddress } from './addresses.js';
import { addressReaderOf } from './addresses.js';
import { Coalescer } from './coalescer.js';
import { batchOf, ofBatch } from './lateral-batch.js';
import { belongsTo, parentKeys, underParents } from './parent-keys.js';
import type { Within } from './within.js';

type KeySpelling = (position: number, type: string) => string;

/** What is read of the rows, and the name for errors. */
export interface NestedSource {
  readonly name: string;
  readonly select: Select;
  /** What a row has to be besides at its address; ` AND ...`, and not deleted if absent. */
  readonly isSought?: string | undefined;
}

/**
 * Reads rows by address under parents. The parents are looked up first; of a row under
 * another parent nothing is read but its own entry: neither its lists nor its computed fields.
 */
export class NestedRows {
  readonly #alone: Statement;
  readonly #together: Statement;
  readonly #parents: readonly (readonly [path: string, read: ReadAddress])[];
  readonly #coalescer: Coalescer<Row>;

  /** `max`: the maximum number of rows read in one statement. */
  constructor(
    private readonly database: Database,
    private readonly source: NestedSource,
    paths: readonly string[],
    { max }: { readonly max?: number } = {},
  ) {
    this.#parents = paths.map((path) => {
      const { column } = resolveParent(source.select.entity, path, source.name);
      return [path, addressReaderOf(column.entityMetadata)];
    });
    this.#alone = statement(this.#text((position) => `$${position}`));
    this.#together = statement(batchOf(this.#text(ofBatch), paths.length + 1));
    const limit = max === undefined ? {} : { max };
    this.#coalescer = new Coalescer(database, (keys) => this.#load(keys), limit);
  }

  /** The row at an address, or undefined if there is none under these parents. */
  get(address: string, within: Within): Promise<Row | undefined> {
    const key = this.#keyOf(address, within);
    if (key === undefined) return Promise.resolve(undefined);
    if (this.database.mayShare) return this.#coalescer.get(key);
    return this.#load([key]).then((rows) => rows.get(key));
  }

  /** The rows at several addresses under the same parents, by address, in one statement. */
  async many(addresses: readonly string[], within: Within): Promise<ReadonlyMap<string, Row>> {
    const keys = addresses.flatMap((one) => this.#keyOf(one, within) ?? []);
    if (keys.length === 0) return new Map();
    const rows = await this.#load(keys);
    return new Map([...rows].map(([key, row]) => [splitKey(key)[0]!, row]));
  }

  /**
   * The address and those of the parents in one text; none of them has a space. An absent parent
   * address matches nothing; undefined or null never means a missing parent.
   */
  #keyOf(address: string, within: Within): string | undefined {
    if (address.includes(' ')) return undefined;
    let key = address;
    for (const [path, read] of this.#parents) {
      const parent = read(within[path]);
      if (parent === undefined) return undefined;
      key += ` ${parent}`;
    }
    return key;
  }

  async #load(keys: readonly string[]): Promise<ReadonlyMap<string, Row>> {
    const asked = keys.map(splitKey);
    if (asked.length === 1) {
      const [row] = await this.database.rows(this.#alone, asked[0]);
      return new Map(row && [[keys[0]!, row]]);
    }
    const columns = asked[0]!.map((_, at) => asked.map((values) => values[at]));
    const rows = await this.database.rows(this.#together, columns);
    return new Map(rows.map((row) => [keys[row.at(-1) as number]!, row]));
  }

  #text(spell: KeySpelling): string {
    const { select: whole, isSought } = this.source;
    const { entity } = whole;
    const select = whole.clone();
    const paths = this.#parents.map(([path]) => path);
    const keys = parentKeys(entity, paths, (path, { column }) =>
      spell(paths.indexOf(path) + 2, typeOfAddress(column)),
    );
    const address = addressColumn(entity)!;
    const isAt = `${select.root}.${nameOf(address)} = ${spell(1, typeOfAddress(address))}`;
    const conditions = [isAt, ...belongsTo(keys, select)].join(' AND ');
    const rows = `SELECT ${select.values.join(', ')} ${select.from()}`;
    const also = isSought ?? andAlive(entity, select.root);
    return underParents(keys, `${rows} WHERE ${conditions}${also}`);
  }
}

function splitKey(key: string): readonly string[] {
  return key.split(' ');
}

function typeOfAddress(column: ColumnMetadata): string {
  return castNameOf(column) ?? 'text';
}
