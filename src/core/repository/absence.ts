import type { EntityMetadata } from 'typeorm';
import type { Database } from '../database/database.js';
import type { Statement } from '../database/statement.js';
import { statement } from '../database/statement.js';
import { addressColumn } from '../entity/address.js';
import { definitionOf } from '../entity/dual-id-options.js';
import { problem } from '../errors/problem.js';
import { nameOf, tableOf } from '../view/select.js';
import { Coalescer } from './coalescer.js';
import type { Within } from './view-reader.js';

/** Says why nothing was found or changed: never there, deleted, or at another version. */
export class AbsenceReporter {
  readonly #tombstones: Coalescer<true>;
  readonly #version: Statement | undefined;
  readonly #type: number | undefined;

  constructor(
    private readonly database: Database,
    entity: EntityMetadata,
  ) {
    this.#type = definitionOf(entity.target as object)?.type;
    this.#tombstones = new Coalescer((uuids) => this.#deleted(uuids));
    const { versionColumn, deleteDateColumn } = entity;
    const uuid = nameOf(addressColumn(entity)!);
    const alive = deleteDateColumn ? ` AND ${nameOf(deleteDateColumn)} IS NULL` : '';
    this.#version =
      versionColumn &&
      statement(
        `SELECT ${nameOf(versionColumn)} FROM ${tableOf(entity)} WHERE ${uuid} = $1${alive}`,
      );
  }

  /** Throws what fits: `version_mismatch`, `gone` or `not_found`. */
  async fail(uuid: string, within: Within, version?: number): Promise<never> {
    if (version !== undefined && this.#version) {
      const [row] = await this.database.rows(this.#version, [uuid]);
      if (row) throw problem('version_mismatch', { currentVersion: row[0] as number });
    }
    // Under a parent a deleted child is as unknown as another parent's child.
    const isScoped = Object.keys(within).length > 0;
    if (!isScoped && this.#type !== undefined && (await this.#isDeleted(uuid))) {
      throw problem('gone');
    }
    throw problem('not_found');
  }

  async #isDeleted(uuid: string): Promise<boolean> {
    if (!this.database.inTransaction) return (await this.#tombstones.get(uuid)) === true;
    return (await this.#deleted([uuid])).has(uuid);
  }

  async #deleted(uuids: readonly string[]): Promise<ReadonlyMap<string, true>> {
    const rows = await this.database.rows(tombstones, [uuids, this.#type]);
    return new Map(rows.map(([uuid]) => [uuid as string, true]));
  }
}

const tombstones = statement(
  `SELECT uuid FROM dual_id.passports
   WHERE uuid = ANY($1::uuid[]) AND platform_type_id = $2 AND status = 'deleted'`,
);
