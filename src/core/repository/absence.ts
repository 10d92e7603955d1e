import type { EntityMetadata } from 'typeorm';
import type { Database } from '../database/database.js';
import type { Statement } from '../database/statement.js';
import { statement } from '../database/statement.js';
import { addressColumn } from '../definition/address.js';
import { definitionOf } from '../definition/entity-definition.js';
import type { Versions } from '../entity/versions.js';
import { problem } from '../errors/problem.js';
import { Coalescer } from '../reading/coalescer.js';
import { KeyedStatement } from '../reading/keyed-statement.js';
import type { Within } from '../reading/view-reader.js';
import { nameOf, tableOf } from '../sql/entity-names.js';
import { andAlive } from '../sql/soft-deletion.js';

/** Explains why nothing was found or changed: never existed, deleted, or at another version. */
export class AbsenceReporter {
  readonly #coalescer: Coalescer<true>;
  readonly #version: Statement;
  readonly #deleted: KeyedStatement | undefined;

  constructor(
    private readonly database: Database,
    entity: EntityMetadata,
  ) {
    this.#coalescer = new Coalescer(database, (uuids) => this.#load(uuids));
    this.#version = versionQuery(entity);
    this.#deleted = deletedOf(database, entity);
  }

  /** Throws the error that applies: `version_mismatch`, `gone` or `not_found`. */
  async fail(address: string, within: Within, versions?: Versions): Promise<never> {
    if (versions !== undefined) await this.#refuseVersion(address);
    // Under a parent, a deleted child is as unknown as another parent's child.
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

/**
 * The current version of an entity; one without a version column matches no version a client sends.
 */
function versionQuery(entity: EntityMetadata): Statement {
  const { versionColumn } = entity;
  const version = versionColumn ? nameOf(versionColumn) : 'NULL';
  const address = nameOf(addressColumn(entity)!);
  return statement(
    `SELECT ${version} FROM ${tableOf(entity)} WHERE ${address} = $1${andAlive(entity)}`,
  );
}

/** Which of several public ids belong to deleted rows, according to the registry or the rows. */
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
  const deletedAt = entity.deleteDateColumn;
  const uuid = nameOf(addressColumn(entity)!);
  return (
    deletedAt &&
    new KeyedStatement(
      database,
      (hasKey) =>
        `SELECT ${uuid} FROM ${tableOf(entity)} WHERE ${hasKey(uuid)} AND ${nameOf(deletedAt)} IS NOT NULL`,
    )
  );
}
