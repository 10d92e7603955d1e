import type { DataSource, EntityMetadata } from 'typeorm';
import type { Database } from '../database/database.js';
import { onSqlWrite } from '../database/sql-writes.js';
import { addressColumn } from '../definition/address.js';
import { addressReaderOf } from '../reading/addresses.js';
import type { PublicIdResolver } from './public-id-resolver.js';

/** The dependencies for finding which resolved ids a change invalidates. */
export interface ForgettingParts {
  readonly database: Database;
  readonly dataSource: DataSource;
  /** Forgets all resolved ids of other entities whose rows were deleted with a row of this one. */
  readonly forgetOthers: (entities: readonly EntityMetadata[]) => void;
}

/** Forgets resolved ids that a write of this process invalidated, once it is committed. */
export class Forgetting {
  readonly #cascades: readonly EntityMetadata[];

  constructor(
    private readonly entity: EntityMetadata,
    private readonly resolver: PublicIdResolver,
    private readonly parts: ForgettingParts,
  ) {
    this.#cascades = deletedWith(entity, parts.dataSource);
    const names = namesOver(entity);
    // The text of a call does not show the effects of a procedure or a block.
    onSqlWrite(parts.dataSource, (text) => {
      if (names.test(text) || /\b(?:CALL|DO)\b/i.test(text)) resolver.forgetAll();
    });
  }

  /**
   * Addresses named in inputs may have been looked up before they existed, or have belonged to
   * another row; a row that takes a new address leaves its `former` one.
   */
  named(inputs: readonly object[], former?: string): void {
    const { propertyName } = addressColumn(this.entity)!;
    const readAddress = addressReaderOf(this.entity);
    const chosen = inputs.flatMap(
      (input) => readAddress((input as Record<string, unknown>)[propertyName]) ?? [],
    );
    if (chosen.length === 0) return;
    const ended = former === undefined ? chosen : [...chosen, former];
    this.parts.database.afterCommit(() => ended.forEach((one) => this.resolver.forget(one)));
  }

  /** Forgets a removed row, and those that the database deletes with it. */
  removed(address: string): void {
    const { database, forgetOthers } = this.parts;
    database.afterCommit(() => {
      this.resolver.forget(address);
      forgetOthers(this.#cascades);
    });
  }
}

/**
 * The entities whose rows the database deletes with a row of this one, as far as the mapping shows:
 * through relations with `onDelete: 'CASCADE'`, and transitively through the rows deleted by them.
 * A soft delete removes nothing else.
 */
function deletedWith(entity: EntityMetadata, dataSource: DataSource): EntityMetadata[] {
  if (entity.deleteDateColumn) return [];
  const found = new Set<EntityMetadata>();
  const look = (parent: EntityMetadata) => {
    for (const child of dataSource.entityMetadatas) {
      if (found.has(child) || !isDeletedWith(child, parent)) continue;
      found.add(child);
      look(child);
    }
  };
  look(entity);
  return [...found];
}

/** Finds the entity's table in a text, or one whose rows cascade to it. */
function namesOver(entity: EntityMetadata): RegExp {
  const tables = new Set([entity.tableName]);
  const look = ({ foreignKeys }: EntityMetadata) => {
    for (const { referencedEntityMetadata: parent, onDelete } of foreignKeys) {
      if (onDelete !== 'CASCADE' || tables.has(parent.tableName)) continue;
      tables.add(parent.tableName);
      look(parent);
    }
  };
  look(entity);
  const names = [...tables].map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(String.raw`(?<!\w)(?:${names.join('|')})(?!\w)`, 'i');
}

function isDeletedWith(child: EntityMetadata, parent: EntityMetadata): boolean {
  return child.foreignKeys.some(
    ({ referencedEntityMetadata, onDelete }) =>
      referencedEntityMetadata === parent && onDelete === 'CASCADE',
  );
}
