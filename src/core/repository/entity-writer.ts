import type { DataSource, EntityMetadata } from 'typeorm';
import type { Database } from '../database/database.js';
import { statement } from '../database/statement.js';
import { addressColumn } from '../entity/address.js';
import { definitionOf } from '../entity/dual-id-options.js';
import { problem } from '../errors/problem.js';
import { newPublicId } from '../ids/new-public-id.js';
import type { CompiledView } from '../view/compiled-view.js';
import { nameOf, tableOf } from '../view/select.js';
import type { Assignment, Bind } from './assignments.js';
import { Assignments } from './assignments.js';

/** PostgreSQL takes at most 65535 parameters; rows of one statement stay below. */
const mostParameters = 60_000;

/** Writes entities by public id, each write one statement that also reads the view back. */
export class EntityWriter {
  readonly #assignments: Assignments;
  readonly #table: string;

  constructor(
    private readonly database: Database,
    private readonly entity: EntityMetadata,
    dataSource: DataSource,
  ) {
    this.#assignments = new Assignments(entity, dataSource);
    this.#table = tableOf(entity);
  }

  /** Inserts one entity and answers its view. */
  async create<V extends object>(view: CompiledView<V>, input: object): Promise<V> {
    const values: unknown[] = [];
    const assigned = this.#insertable(input, (value) => `$${values.push(value)}`);
    const columns = assigned.map(({ column }) => column).join(', ');
    const insert = `INSERT INTO ${this.#table} (${columns}) VALUES (${assigned.map(({ sql }) => sql).join(', ')})`;
    const [row] = await this.database.rows(statement(readingBack(view, insert)), values);
    return view.read(row!);
  }

  /** Inserts many entities, all or none, and answers their views in the order of the inputs. */
  async createMany<V extends object>(
    view: CompiledView<V>,
    inputs: readonly object[],
  ): Promise<V[]> {
    if (inputs.length === 0) return [];
    return this.database.transaction(async () => {
      const views: V[] = [];
      for (const chunk of this.#chunks(inputs))
        views.push(...(await this.#insert(view, chunk, views.length)));
      return views;
    });
  }

  /** Changes one entity; undefined when it does not exist at this version. */
  async update<V extends object>(
    view: CompiledView<V>,
    uuid: string,
    changes: object,
    version: number | undefined,
  ): Promise<V | undefined> {
    const values: unknown[] = [uuid];
    const bind: Bind = (value) => `$${values.push(value)}`;
    if ('uuid' in changes) {
      throw problem('setup_refused', { detail: `${this.entity.name}.uuid never changes.` });
    }
    const assigned = [...this.#assignments.of(changes, bind), ...this.#touched()];
    const set = assigned.map(({ column, sql }) => `${column} = ${sql}`).join(', ');
    const change = `UPDATE ${this.#table} SET ${set} WHERE ${this.#at(version, bind)}`;
    const [row] = await this.database.rows(statement(readingBack(view, change)), values);
    return row && view.read(row);
  }

  /** Deletes one entity, softly where it has a deletion date; false when nothing was deleted. */
  async remove(uuid: string, version: number | undefined): Promise<boolean> {
    const values: unknown[] = [uuid];
    const at = this.#at(version, (value) => `$${values.push(value)}`);
    const mark = this.entity.deleteDateColumn;
    const touched = this.#touched().map(({ column, sql }) => `, ${column} = ${sql}`);
    const text = mark
      ? `UPDATE ${this.#table} SET ${nameOf(mark)} = now()${touched.join('')} WHERE ${at}`
      : `DELETE FROM ${this.#table} WHERE ${at}`;
    return (await this.database.execute(statement(text), values)) > 0;
  }

  async #insert<V extends object>(
    view: CompiledView<V>,
    inputs: readonly object[],
    offset: number,
  ): Promise<V[]> {
    const values: unknown[] = [];
    const rows = inputs.map((input, index) => {
      const assigned = this.#insertable(
        input,
        (value) => `$${values.push(value)}`,
        `${offset + index}/`,
      );
      return new Map(assigned.map(({ column, sql }) => [column, sql]));
    });
    const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
    const tuples = rows.map(
      (row) => `(${columns.map((column) => row.get(column) ?? 'DEFAULT').join(', ')})`,
    );
    const insert = `INSERT INTO ${this.#table} (${columns.join(', ')}) VALUES ${tuples.join(', ')}`;
    const result = await this.database.rows(statement(readingBack(view, insert)), values);
    // Rows come back in any order; only the public id tells which is which.
    const byUuid = new Map(result.map((row) => [row[view.addressAt!] as string, view.read(row)]));
    const uuidColumn = nameOf(addressColumn(this.entity)!);
    return rows.map((row) =>
      byUuid.get(values[Number(row.get(uuidColumn)!.slice(1)) - 1] as string)!,
    );
  }

  #insertable(input: object, bind: Bind, prefix = ''): readonly Assignment[] {
    const { versionColumn } = this.entity;
    const first = versionColumn ? [{ column: nameOf(versionColumn), sql: '1' }] : [];
    return [...this.#assignments.of(this.#withPublicId(input), bind, prefix), ...first];
  }

  /** Look-up data is named by its slug; everything else gets its public id here. */
  #withPublicId(input: object): object {
    const { kind, uuidVersion } = definitionOf(this.entity.target as object)!;
    const { uuid } = input as { uuid?: string };
    return kind === 'reference' ? input : { ...input, uuid: uuid ?? newPublicId(uuidVersion) };
  }

  /** What every change moves: the version and the time of the last change. */
  #touched(): Assignment[] {
    const { versionColumn, updateDateColumn } = this.entity;
    return [
      ...(versionColumn
        ? [{ column: nameOf(versionColumn), sql: `${nameOf(versionColumn)} + 1` }]
        : []),
      ...(updateDateColumn ? [{ column: nameOf(updateDateColumn), sql: 'now()' }] : []),
    ];
  }

  #at(version: number | undefined, bind: Bind): string {
    const { deleteDateColumn, versionColumn } = this.entity;
    const conditions = [`${nameOf(addressColumn(this.entity)!)} = $1`];
    if (deleteDateColumn) conditions.push(`${nameOf(deleteDateColumn)} IS NULL`);
    if (version !== undefined && versionColumn) {
      conditions.push(`${nameOf(versionColumn)} = ${bind(version)}`);
    }
    return conditions.join(' AND ');
  }

  *#chunks(inputs: readonly object[]): Generator<readonly object[]> {
    const size = Math.max(1, Math.floor(mostParameters / (this.entity.columns.length + 1)));
    for (let from = 0; from < inputs.length; from += size) yield inputs.slice(from, from + size);
  }
}

/** Reads the view of the rows a write returns, joined with what they refer to. */
function readingBack(view: CompiledView, write: string): string {
  const { select } = view;
  return `WITH written AS (${write} RETURNING *) SELECT ${select.values.join(', ')} ${select.from('written')}`;
}
