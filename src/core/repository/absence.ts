import type { EntityMetadata } from 'typeorm';
import type { Database } from '../database/database.js';
import type { Statement } from '../database/statement.js';
import { statement } from '../database/statement.js';
import { addressColumn } from '../entity/address.js';
import { definitionOf } from '../entity/dual-id-options.js';
import type { Versions } from '../entity/versions.js';
import { problem } from '../errors/problem.js';
import { nameOf, tableOf } from '../view/select.js';
import { Coalescer } from './coalescer.js';
import { KeyedStatement } from './keyed-statement.js';
import type { Within } from './view-reader.js';

/** Says why nothing was found or changed: never there, deleted, or at another version. */
export class AbsenceReporter {
  readonly #coalescer: Coalescer<true>;
  readonly #version: Statement;
  readonly #deleted: KeyedStatement | undefined;

  constructor(
    private readonly database: Database,
    entity: EntityMetadata,
  ) {
    this.#coalescer = new Coalescer(database, (uuids) => this.#load(uuids));
    this.#version = versionOf(entity);
    this.#deleted = deletedOf(database, entity);
  }

  /** Throws what fits: `version_mismatch`, `gone` or `not_found`. */
  async fail(address: string, within: Within, versions?: Versions): Promise<never> {
    if (versions !== undefined) await this.#refuseVersion(address);
    // Under a parent a deleted child is as unknown as another parent's child.
    const isScoped = Object.keys(within).length > 0;
    if (!isScoped && (await this.#isDeleted(address))) throw problem('gone');
    throw problem('not_found');
  }

  async #refuseVersion(address: string): Promise<void> {
    const [row] = await this.database.rows(this.#version, [address]);
    if (!row) return;
    const [current] = row as [number | null];
    throw problem('version_mismatch', current === null ? {} : { currentVersion: current });
  }

  async #isDeleted(uuid: string): Promise<boolean> {
    if (!this.#deleted) return false;
    if (this.database.mayShare) return (await this.#coalescer.get(uuid)) === true;
    return (await this.#load([uuid])).has(uuid);
  }

  async #load(uuids: readonly string[]): Promise<ReadonlyMap<string, true>> {
    const rows = await this.#deleted!.rows(uuids);
    return new Map(rows.map(([uuid]) => [uuid as string, true]));
  }
}

/** The version an entity has now; an entity that keeps none is at no version a client could name. */
function versionOf(entity: EntityMetadata): Statement {
  const { versionColumn, deleteDateColumn } = entity;
  const version = versionColumn ? nameOf(versionColumn) : 'NULL';
  const alive = deleteDateColumn ? ` AND ${nameOf(deleteDateColumn)} IS NULL` : '';
  const address = nameOf(addressColumn(entity)!);
  return statement(`SELECT ${version} FROM ${tableOf(entity)} WHERE ${address} = $1${alive}`);
}

/** Which of several public ids belong to deleted rows: the registry knows, or the rows do. */
function deletedOf(database: Database, entity: EntityMetadata): KeyedStatement | undefined {
  const { type, kind } = definitionOf(entity.target as object)!;
  if (kind === 'reference') return undefined;
  if (type !== undefined) {
    return new KeyedStatement(
      database,
      (hasKey) => `SELECT uuid FROM dual_id.passports
       WHERE ${hasKey('uuid')} AND platform_type_id = ${type} AND status = 'deleted'`,
    );
  }
  const mark = entity.deleteDateColumn;
  const uuid = nameOf(addressColumn(entity)!);
  return (
    mark &&
    new KeyedStatement(
      database,
      (hasKey) =>
        `SELECT ${uuid} FROM ${tableOf(entity)} WHERE ${hasKey(uuid)} AND ${nameOf(mark)} IS NOT NULL`,
    )
  );
}
