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
  async get(address: string, within: Within): Promise<Row | undefined> {
    const parents = this.#parentsOf(within);
    if (!parents) return undefined;
    const values = [address, ...parents];
    if (this.database.mayShare) return this.#coalescer.get(JSON.stringify(values));
    return (await this.database.rows(this.#alone, values))[0];
  }

  /** The rows at several addresses under the same parents, by address, in one statement. */
  async many(addresses: readonly string[], within: Within): Promise<ReadonlyMap<string, Row>> {
    const parents = this.#parentsOf(within);
    if (!parents || addresses.length === 0) return new Map();
    const rows = await this.#load(addresses.map((one) => JSON.stringify([one, ...parents])));
    return new Map([...rows].map(([key, row]) => [(JSON.parse(key) as string[])[0]!, row]));
  }

  /** An absent parent address matches nothing; undefined or null never means a missing parent. */
  #parentsOf(within: Within): readonly string[] | undefined {
    const parents = this.#parents.flatMap(([path, read]) => read(within[path]) ?? []);
    return parents.length < this.#parents.length ? undefined : parents;
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

function typeOfAddress(column: ColumnMetadata): string {
  return castNameOf(column) ?? 'text';
}
