import type { DataSource, EntityMetadata } from 'typeorm';
import type { Database } from '../database/database.js';
import { addressColumn } from '../entity/address.js';
import { definitionOf } from '../entity/dual-id-options.js';
import { problem } from '../errors/problem.js';
import { newPublicId } from '../ids/new-public-id.js';
import { unnamed } from '../database/statement.js';
import type { CompiledView } from '../view/compiled-view.js';
import { nameOf, tableOf } from '../view/select.js';
import { addressReaderOf } from './addresses.js';
import type { Assignment, Bind, Write } from './assignments.js';
import { Assignments } from './assignments.js';
import { Statements } from './statements.js';
import { pointingAtLongTexts } from './too-long.js';

/** PostgreSQL takes at most 65535 parameters; rows of one statement stay below. */
const mostParameters = 60_000;
/** Longer statements cost more for each row, because every reference is a look-up of its own. */
const mostRows = 1000;

/** Writes entities by public id, each write one statement that also reads the view back. */
export class EntityWriter {
  readonly #assignments: Assignments;
  readonly #statements = new Statements();
  readonly #table: string;
  readonly #address: { readonly property: string; readonly column: string };

  constructor(
    private readonly database: Database,
    private readonly entity: EntityMetadata,
    dataSource: DataSource,
  ) {
    this.#assignments = new Assignments(entity, dataSource);
    this.#table = tableOf(entity);
    const address = addressColumn(entity)!;
    this.#address = { property: address.propertyName, column: nameOf(address) };
  }

  /** Inserts one entity and answers its view. */
  async create<V extends object>(view: CompiledView<V>, input: object): Promise<V> {
    const { values, bind } = parameters();
    const assigned = this.#insertable(this.#addressed(input), { kind: 'insert', bind });
    const columns = assigned.map(({ column }) => column).join(', ');
    const sql = assigned.map((assignment) => assignment.sql).join(', ');
    const text = readingBack(view, `INSERT INTO ${this.#table} (${columns}) VALUES (${sql})`);
    const write = () => this.database.rows(this.#statements.of(text), values);
    const [row] = await pointingAtLongTexts([['', input]], write);
    return view.read(row!);
  }

  /**
   * Inserts entities of several callers in one statement, and returns their views in the order of
   * the inputs.
   */
  createTogether<V extends object>(
    view: CompiledView<V>,
    inputs: readonly object[],
  ): Promise<readonly V[]> {
    return this.database.transaction(() => this.#insert(view, inputs, 0));
  }

  /** Inserts many entities, all or none, and answers their views in the order of the inputs. */
  async createMany<V extends object>(
    view: CompiledView<V>,
    inputs: readonly object[],
  ): Promise<V[]> {
    if (inputs.length === 0) return [];
    const fitting = Math.floor(mostParameters / (this.entity.columns.length + 1));
    const size = Math.max(1, Math.min(mostRows, fitting));
    return this.database.transaction(async () => {
      const views: V[] = [];
      for (let from = 0; from < inputs.length; from += size) {
        views.push(...(await this.#insert(view, inputs.slice(from, from + size), from)));
      }
      return views;
    });
  }

  /** Changes one entity; undefined when it does not exist at this version. */
  async update<V extends object>(
    view: CompiledView<V>,
    address: string,
    changes: object,
    version: number | undefined,
  ): Promise<V | undefined> {
    if ((changes as { uuid?: unknown }).uuid !== undefined) {
      throw problem('setup_refused', { detail: `${this.entity.name}.uuid never changes.` });
    }
    const { values, bind } = parameters(address);
    const asked = this.#assignments.of(changes, { kind: 'update', bind });
    const assigned = [...asked, ...this.#touched()];
    // A change of nothing is none, but still has to meet the row and its version.
    const { column } = this.#address;
    if (assigned.length === 0) assigned.push({ column, sql: column });
    const set = assigned.map((assignment) => `${assignment.column} = ${assignment.sql}`).join(', ');
    const change = `UPDATE ${this.#table} SET ${set} WHERE ${this.#at(version, bind)}`;
    const statement = this.#statements.of(readingBack(view, change));
    const write = () => this.database.rows(statement, values, address);
    const [row] = await pointingAtLongTexts([['', changes]], write);
    return row && view.read(row);
  }

  /** Deletes one entity, softly where it has a deletion date; false when nothing was deleted. */
  async remove(address: string, version: number | undefined): Promise<boolean> {
    const { values, bind } = parameters(address);
    const at = this.#at(version, bind);
    const mark = this.entity.deleteDateColumn;
    const touched = this.#touched().map(({ column, sql }) => `, ${column} = ${sql}`);
    const text = mark
      ? `UPDATE ${this.#table} SET ${nameOf(mark)} = now()${touched.join('')} WHERE ${at}`
      : `DELETE FROM ${this.#table} WHERE ${at}`;
    return (await this.database.execute(this.#statements.of(text), values, address)) > 0;
  }

  async #insert<V extends object>(
    view: CompiledView<V>,
    inputs: readonly object[],
    offset: number,
  ): Promise<V[]> {
    const { values, bind } = parameters();
    const addressed = inputs.map((input) => this.#addressed(input));
    const rows = addressed.map((input, index) => {
      const write: Write = { kind: 'insert', bind, place: `${offset + index}/` };
      return new Map(this.#insertable(input, write).map(({ column, sql }) => [column, sql]));
    });
    const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
    const tuples = rows.map(
      (row) => `(${columns.map((column) => row.get(column) ?? 'DEFAULT').join(', ')})`,
    );
    const insert = `INSERT INTO ${this.#table} (${columns.join(', ')}) VALUES ${tuples.join(', ')}`;
    // Every number of rows is a text of its own, which is not worth a name.
    const write = () => this.database.rows(unnamed(readingBack(view, insert)), values);
    const places = inputs.map((input, index) => [`/${offset + index}`, input] as const);
    const result = await pointingAtLongTexts(places, write);
    // Rows come back in any order; only the address tells which is which.
    const views = new Map(result.map((row) => [row[view.addressAt!], view.read(row)]));
    return addressed.map((input) => views.get(input[this.#address.property])!);
  }

  #insertable(input: object, write: Write): readonly Assignment[] {
    const { versionColumn } = this.entity;
    const first = versionColumn ? [{ column: nameOf(versionColumn), sql: '1' }] : [];
    return [...this.#assignments.of(input, write), ...first];
  }

  /** Look-up data is named by its slug; everything else gets its public id here. */
  #addressed(input: object): Readonly<Record<string, unknown>> {
    const { kind, uuidVersion } = definitionOf(this.entity.target as object)!;
    const given = input as Readonly<Record<string, unknown>>;
    if (kind === 'reference') return given;
    const uuid = given['uuid'];
    if (uuid === undefined) return { ...given, uuid: newPublicId(uuidVersion) };
    return { ...given, uuid: addressReaderOf(this.entity)(uuid) ?? uuid };
  }

  /** What every change moves: the version and the time of the last change. */
  #touched(): Assignment[] {
    const { versionColumn, updateDateColumn } = this.entity;
    const version = versionColumn && nameOf(versionColumn);
    return [
      ...(version ? [{ column: version, sql: `${version} + 1` }] : []),
      ...(updateDateColumn ? [{ column: nameOf(updateDateColumn), sql: 'now()' }] : []),
    ];
  }

  #at(version: number | undefined, bind: Bind): string {
    const { deleteDateColumn, versionColumn } = this.entity;
    const conditions = [`${this.#address.column} = $1`];
    if (deleteDateColumn) conditions.push(`${nameOf(deleteDateColumn)} IS NULL`);
    if (version !== undefined) {
      // A client may name a version that no integer column can hold.
      conditions.push(
        versionColumn ? `${nameOf(versionColumn)} = ${bind(version)}::bigint` : 'false',
      );
    }
    return conditions.join(' AND ');
  }
}

/** The parameters of one statement, in the order in which they are bound. */
function parameters(...values: unknown[]): { values: unknown[]; bind: Bind } {
  return { values, bind: (value) => `$${values.push(value)}` };
}

/** Reads the view of the rows a write returns, joined with what they refer to. */
function readingBack({ select }: CompiledView, write: string): string {
  const from = select.from('written');
  return `WITH written AS (${write} RETURNING *) SELECT ${select.values.join(', ')} ${from}`;
}
