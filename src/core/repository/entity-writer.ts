import type { DataSource, EntityMetadata } from 'typeorm';
import type { Database } from '../database/database.js';
import type { Row } from '../database/row.js';
import { addressColumn } from '../definition/address.js';
import type { Versions } from '../entity/versions.js';
import { problem } from '../errors/problem.js';
import { ownAlias, ownedSql } from '../reading/owned-sql.js';
import type { OwnerScope } from '../reading/owner-scope.js';
import { nameOf, tableOf } from '../sql/entity-names.js';
import { andAlive } from '../sql/soft-deletion.js';
import type { CompiledView } from '../view/compiled-view.js';
import type { BindValue } from './assignments.js';
import { Assignments } from './assignments.js';
import { Statements } from './statements.js';
import { pointingIntoInputs } from './refused-inputs.js';
import { statementParameters, readingBack, refusedWrite } from './written-rows.js';

/** Changes and deletes entities by public id; a change also reads the view back. */
export class EntityWriter {
  readonly #assignments: Assignments;
  readonly #statements = new Statements();
  readonly #table: string;
  readonly #address: string;

  constructor(
    private readonly database: Database,
    private readonly entity: EntityMetadata,
    dataSource: DataSource,
    private readonly scope: OwnerScope,
  ) {
    this.#assignments = new Assignments(entity, dataSource);
    this.#table = tableOf(entity);
    this.#address = nameOf(addressColumn(entity)!);
  }

  /** Changes one entity; undefined if it does not exist at this version. */
  async update<V extends object>(
    view: CompiledView<V>,
    address: string,
    changes: object,
    versions: Versions | undefined,
  ): Promise<V | undefined> {
    if ((changes as { uuid?: unknown }).uuid !== undefined) {
      throw problem('misuse', { detail: `${this.entity.name}.uuid cannot be changed.` });
    }
    const { values, bind } = statementParameters(address);
    const asked = this.#assignments
      .of(changes, { kind: 'update' })
      .map((assignment) => ({ column: assignment.column, sql: assignment.sql(bind) }));
    const assigned = [...asked, ...this.#touched()];
    // An empty change writes nothing, but still has to find the row at its version.
    const column = this.#address;
    if (assigned.length === 0) assigned.push({ column, sql: column });
    const set = assigned.map((assignment) => `${assignment.column} = ${assignment.sql}`).join(', ');
    const text = `UPDATE ${this.#target} SET ${set} WHERE ${this.#at(versions, bind)}`;
    const statement = this.#statements.of(readingBack(view, text));
    const change = () => this.database.rows(statement, values, address);
    const write = async () => {
      const [row] = await pointingIntoInputs([['', changes]], change);
      return row && this.#shown(view, row, changes);
    };
    return view.mayFail ? this.database.transaction(write, { key: address }) : write();
  }

  /** Deletes one entity, softly if it has a deletion date; false if nothing was deleted. */
  async remove(address: string, versions: Versions | undefined): Promise<boolean> {
    const { values, bind } = statementParameters(address);
    const at = this.#at(versions, bind);
    const deletedAt = this.entity.deleteDateColumn;
    const touched = this.#touched().map(({ column, sql }) => `, ${column} = ${sql}`);
    const text = deletedAt
      ? `UPDATE ${this.#target} SET ${nameOf(deletedAt)} = now()${touched.join('')} WHERE ${at}`
      : `DELETE FROM ${this.#target} WHERE ${at}`;
    return (await this.database.execute(this.#statements.of(text), values, address)) > 0;
  }

  #shown<V extends object>(view: CompiledView<V>, row: Row, changes: object): V {
    try {
      return view.read(row);
    } catch (error) {
      throw refusedWrite(error, changes);
    }
  }

  /** The table, under the name by which the condition of an owner refers to it. */
  get #target(): string {
    return this.scope.owner === undefined ? this.#table : `${this.#table} AS ${ownAlias}`;
  }

  /** What every change updates: the version and the time of the last change. */
  #touched(): { readonly column: string; readonly sql: string }[] {
    const { versionColumn, updateDateColumn } = this.entity;
    const version = versionColumn && nameOf(versionColumn);
    return [
      ...(version ? [{ column: version, sql: `${version} + 1` }] : []),
      ...(updateDateColumn ? [{ column: nameOf(updateDateColumn), sql: 'now()' }] : []),
    ];
  }

  #at(versions: Versions | undefined, bind: BindValue): string {
    const { versionColumn } = this.entity;
    const conditions = [`${this.#address} = $1${andAlive(this.entity)}`];
    if (versions !== undefined) {
      // A client may name a version that no integer column can hold.
      const any = versionColumn && `ANY(${bind([versions].flat())}::bigint[])`;
      conditions.push(any ? `${nameOf(versionColumn)} = ${any}` : 'false');
    }
    const { owner, ownership } = this.scope;
    if (owner !== undefined) conditions.push(ownedSql(ownership!, bind(owner)));
    return conditions.join(' AND ');
  }
}
