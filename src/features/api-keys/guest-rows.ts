import type { EntityMetadata } from 'typeorm';
import { currentOwner, currentOwnerRow } from '../../core/access/access-context.js';
import type { OwnerRow } from '../../core/access/owner-row.js';
import type { Database } from '../../core/database/database.js';
import { addressColumn } from '../../core/definition/address.js';
import type { EntityClass } from '../../core/definition/entity-class.js';
import { definitionOf } from '../../core/definition/entity-definition.js';
import { problem } from '../../core/errors/problem.js';
import { OwnedRows } from '../../core/reading/owned-rows.js';
import { OwnerScope } from '../../core/reading/owner-scope.js';
import { nameOf } from '../../core/sql/entity-names.js';

/** For whom a key acts: a person, or as a guest of a row, whose platform type is then known. */
export interface KeyPrincipal {
  readonly uuid: string;
  readonly type: number | null;
}

/** The rows that keys can be guests of, as the table of keys knows them. */
export class GuestRows {
  readonly #looks = new Map<EntityClass, OwnedRows>();

  constructor(private readonly database: Database) {}

  /** The row by its platform type; refuses one that the registry does not know. */
  principalOf({ entity, uuid }: OwnerRow): KeyPrincipal {
    this.#metadataOf(entity);
    return { uuid, type: definitionOf(entity)!.type! };
  }

  /** The row of a platform type, if it is one of this application. */
  rowOf(uuid: string, type: number): OwnerRow | undefined {
    const found = this.#entities.find(({ target }) => definitionOf(target)?.type === type);
    return found && Object.freeze({ entity: found.target as EntityClass, uuid });
  }

  /** The owner to whom the running work is restricted; undefined if it may know all keys. */
  currentPrincipal(): KeyPrincipal | undefined {
    const row = currentOwnerRow();
    if (row) return this.principalOf(row);
    const uuid = currentOwner();
    return uuid === undefined ? undefined : { uuid, type: null };
  }

  /** Whether the row exists for the running work; work that is not restricted may name any. */
  async isOwn({ entity, uuid }: OwnerRow): Promise<boolean> {
    if (currentOwner() === undefined) return true;
    return (await this.#lookOf(entity).get(uuid)) !== undefined;
  }

  #lookOf(entity: EntityClass): OwnedRows {
    const known = this.#looks.get(entity);
    if (known) return known;
    const metadata = this.#metadataOf(entity);
    const address = nameOf(addressColumn(metadata)!);
    const value = (row: string) => `${row}.${address}`;
    const look = new OwnedRows(this.database, metadata, new OwnerScope(metadata), { value });
    this.#looks.set(entity, look);
    return look;
  }

  #metadataOf(entity: EntityClass): EntityMetadata {
    const metadata = this.#entities.find(({ target }) => target === entity);
    if (metadata && definitionOf(entity)?.type !== undefined) return metadata;
    throw problem('misuse', {
      detail: `A key cannot be a guest of ${entity.name}, which is no entity of the data source with a platform type. Give it @DualId({ type }).`,
    });
  }

  get #entities(): readonly EntityMetadata[] {
    return this.database.manager.dataSource.entityMetadatas;
  }
}
