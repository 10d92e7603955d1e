import type { DataSource, EntityMetadata } from 'typeorm';
import { currentOwner } from '../access/access-context.js';
import type { Database } from '../database/database.js';
import type { Row } from '../database/row.js';
import { unnamed } from '../database/statement.js';
import { addressColumn } from '../definition/address.js';
import { definitionOf } from '../definition/entity-definition.js';
import { newPublicId } from '../ids/new-public-id.js';
import { problem } from '../errors/problem.js';
import { addressReaderOf } from '../reading/addresses.js';
import type { OwnerScope } from '../reading/owner-scope.js';
import { nameOf, tableOf } from '../sql/entity-names.js';
import type { CompiledView } from '../view/compiled-view.js';
import type { Assignment } from './assignments.js';
import { Assignments } from './assignments.js';
import { pointingIntoInputs } from './refused-inputs.js';
import { statementParameters, readingBack, refusedWrite } from './written-rows.js';
import { Statements } from './statements.js';

/** PostgreSQL takes at most 65535 parameters; the rows of one statement stay below that. */
const maxParameters = 60_000;
/** Longer statements cost more per row, because every reference is its own lookup. */
const maxRows = 1000;

/** A row that is ready to be inserted by any statement, in any async context. */
export interface ReadyRow {
  readonly address: unknown;
  readonly input: object;
  readonly columns: ReadonlyMap<string, Assignment['sql']>;
}

/** One of several rows inserted together, and how its caller reads it. */
export interface SharedRow<V extends object> {
  readonly ready: ReadyRow;
  readonly read: (row: Row) => V;
}

/** Inserts entities with statements that also read the views back. */
export class EntityInserter {
  readonly #assignments: Assignments;
  readonly #statements = new Statements();
  readonly #table: string;
  readonly #property: string;

  constructor(
    private readonly database: Database,
    private readonly entity: EntityMetadata,
    dataSource: DataSource,
    private readonly scope: OwnerScope,
  ) {
    this.#assignments = new Assignments(entity, dataSource);
    this.#table = tableOf(entity);
    this.#property = addressColumn(entity)!.propertyName;
  }

  /** Computes the stored values; call it in the context of the caller who supplied the input. */
  prepare(input: object, place = ''): ReadyRow {
    const addressed = this.#addressed(input);
    this.#requireOwn(addressed[this.#property], place);
    const { versionColumn } = this.entity;
    const assigned = this.#assignments.of(addressed, { kind: 'insert', place });
    const columns = new Map(assigned.map(({ column, sql }) => [column, sql]));
    if (versionColumn) columns.set(nameOf(versionColumn), () => '1');
    return { address: addressed[this.#property], input, columns };
  }

  /**
   * Inserts one entity and returns its view. One statement is enough if every row can be shown;
   * otherwise the view is read before COMMIT, so that a row that cannot be shown is not written.
   */
  create<V extends object>(view: CompiledView<V>, { columns, input }: ReadyRow): Promise<V> {
    const { values, bind } = statementParameters();
    const names = [...columns.keys()].join(', ');
    const sql = [...columns.values()].map((spell) => spell(bind)).join(', ');
    const insert = `INSERT INTO ${this.#table} (${names}) VALUES (${sql})`;
    const statement = this.#statements.of(readingBack(view, insert));
    const write = async () => {
      const run = () => this.database.rows(statement, values);
      const [row] = await pointingIntoInputs([['', input]], run);
      return this.#shown(view.read, row!, input);
    };
    return view.mayFail ? this.database.transaction(write) : write();
  }

  /** Inserts entities of several callers in one statement; the views are in their order. */
  createTogether<V extends object>(
    view: CompiledView<V>,
    rows: readonly SharedRow<V>[],
  ): Promise<readonly V[]> {
    return this.database.transaction(() => this.#insert(view, rows, 0));
  }

  /** Inserts many entities, all or none, and returns their views in the order of the inputs. */
  async createMany<V extends object>(
    view: CompiledView<V>,
    inputs: readonly object[],
  ): Promise<V[]> {
    if (inputs.length === 0) return [];
    const { columns, relations } = this.entity;
    // A reference to an owner's row takes the owner as well.
    const owners = currentOwner() === undefined ? 0 : relations.length;
    const fitting = Math.floor(maxParameters / (columns.length + owners + 1));
    const size = Math.max(1, Math.min(maxRows, fitting));
    return this.database.transaction(async () => {
      const views: V[] = [];
      for (let from = 0; from < inputs.length; from += size) {
        const rows = inputs.slice(from, from + size).map((input, index) => ({
          ready: this.prepare(input, `${from + index}/`),
          read: view.read,
        }));
        views.push(...(await this.#insert(view, rows, from)));
      }
      return views;
    });
  }

  async #insert<V extends object>(
    view: CompiledView<V>,
    rows: readonly SharedRow<V>[],
    offset: number,
  ): Promise<V[]> {
    const { values, bind } = statementParameters();
    const columns = [...new Set(rows.flatMap(({ ready }) => [...ready.columns.keys()]))];
    const tuples = rows.map(({ ready }, index) => {
      const place = `${offset + index}/`;
      const cells = columns.map((column) => ready.columns.get(column)?.(bind, place) ?? 'DEFAULT');
      return `(${cells.join(', ')})`;
    });
    const insert = `INSERT INTO ${this.#table} (${columns.join(', ')}) VALUES ${tuples.join(', ')}`;
    // Each number of rows has its own text, which is not worth a name.
    const write = () => this.database.rows(unnamed(readingBack(view, insert)), values);
    const places = rows.map(({ ready }, index) => [`/${offset + index}`, ready.input] as const);
    const result = await pointingIntoInputs(places, write);
    // Rows come back in any order; only the address identifies them.
    const written = new Map(result.map((row) => [row[view.addressAt!], row]));
    return rows.map(({ ready, read }, index) =>
      this.#shown(read, written.get(ready.address)!, ready.input, `${offset + index}/`),
    );
  }

  /** Restricted work makes no other owner than the one it is restricted to. */
  #requireOwn(address: unknown, place: string): void {
    if (!this.scope.excludesNew(address as string)) return;
    const errors = [{ pointer: `/${place}${this.#property}`, detail: 'does not exist' }];
    throw problem('missing_reference', { errors });
  }

  #shown<V>(read: (row: Row) => V, row: Row, input: object, place = ''): V {
    try {
      return read(row);
    } catch (error) {
      throw refusedWrite(error, input, place);
    }
  }

  /** Lookup data is named by its slug; everything else gets its public id here. */
  #addressed(input: object): Readonly<Record<string, unknown>> {
    const { kind, uuidVersion } = definitionOf(this.entity.target as object)!;
    const given = input as Readonly<Record<string, unknown>>;
    if (kind === 'reference') return given;
    const uuid = given['uuid'];
    if (uuid === undefined) return { ...given, uuid: newPublicId(uuidVersion) };
    return { ...given, uuid: addressReaderOf(this.entity)(uuid) ?? uuid };
  }
}
