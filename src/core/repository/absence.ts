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
import { OwnedRows } from '../reading/owned-rows.js';
import type { OwnerScope } from '../reading/owner-scope.js';
import type { Within } from '../reading/within.js';
import { nameOf, tableOf } from '../sql/entity-names.js';
import { andAlive } from '../sql/soft-deletion.js';

/**
 * Explains why nothing was found or changed: never existed, deleted, or at another version. Work
 * that is restricted to an owner learns that of the owner's rows alone.
 */
export class AbsenceReporter {
  readonly #coalescer: Coalescer<true>;
  readonly #version: Statement;
  readonly #deleted: KeyedStatement | undefined;
  readonly #ownVersion: OwnedRows;
  readonly #ownDeleted: OwnedRows | undefined;

  constructor(
    private readonly database: Database,
    entity: EntityMetadata,
    private readonly scope: OwnerScope,
  ) {
    this.#coalescer = new Coalescer(database, (uuids) => this.#load(uuids));
    this.#version = versionQuery(entity);
    this.#deleted = deletedOf(database, entity);
    this.#ownVersion = new OwnedRows(database, entity, scope, { value: versionSql(entity) });
    this.#ownDeleted = ownDeletedOf(database, entity, scope);
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
    const row =
      this.scope.owner === undefined
        ? (await this.database.rows(this.#version, [address]))[0]
        : await this.#ownVersion.get(address);
    if (!row) return;
    const [current] = row as unknown as [number | null];
    throw problem('version_mismatch', current === null ? {} : { currentVersion: current });
  }

  async #isDeleted(uuid: string): Promise<boolean> {
    if (this.scope.owner !== undefined) {
      return (await this.#ownDeleted?.get(uuid)) !== undefined;
    }
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
  const address = nameOf(addressColumn(entity)!);
  return statement(
    `SELECT ${versionSql(entity)()} FROM ${tableOf(entity)} WHERE ${address} = $1${andAlive(entity)}`,
  );
}

function versionSql({ versionColumn }: EntityMetadata): (alias?: string) => string {
  if (!versionColumn) return () => 'NULL';
  const name = nameOf(versionColumn);
  return (alias) => (alias === undefined ? name : `${alias}.${name}`);
}

/**
 * The soft-deleted rows of an owner. A row deleted for good has left nothing that says whose it
 * was.
 */
function ownDeletedOf(
  database: Database,
  entity: EntityMetadata,
  scope: OwnerScope,
): OwnedRows | undefined {
  const { deleteDateColumn } = entity;
  if (!deleteDateColumn) return undefined;
  const deletedAt = nameOf(deleteDateColumn);
  const address = nameOf(addressColumn(entity)!);
  return new OwnedRows(database, entity, scope, {
    value: (row) => `${row}.${address}`,
    isSought: (row) => ` AND ${row}.${deletedAt} IS NOT NULL`,
  });
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
