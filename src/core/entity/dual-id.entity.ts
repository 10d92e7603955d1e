import { inspect } from 'node:util';
import { BeforeInsert } from 'typeorm';
import type { InternalId, PublicId, UuidVersion } from '../ids/ids.js';
import { newPublicId } from '../ids/new-public-id.js';
import { definitionOf } from './dual-id-options.js';
import { printedEntity } from './printed-entity.js';

/**
 * An entity with a bigint inside and a UUID outside. Extend it, decorate the class with
 * `@DualId`, and let it leave the process through a view only.
 */
export abstract class DualIdEntity {
  /** The internal id: joins, foreign keys, ranges. It is never part of a view. */
  declare readonly id: InternalId<this>;

  /** The public id. It never changes and is never used again. */
  declare readonly uuid: PublicId<this>;

  /** Gives a new entity its public id before TypeORM inserts it. */
  @BeforeInsert()
  protected assignPublicId(): void {
    give(this, 4);
  }

  /** A last net under logs and hand-written JSON: the internal id is left out. */
  toJSON(): object {
    const { id: _id, ...rest } = this as Record<string, unknown>;
    return rest;
  }

  /** The same for the console and Nest's logger. */
  [inspect.custom](): object {
    return printedEntity(this);
  }
}

/** An entity whose only key is a UUID the application makes, version 7 by default. */
export abstract class GuidEntity {
  declare readonly uuid: PublicId<this>;

  /** Gives a new entity its key before TypeORM inserts it. */
  @BeforeInsert()
  protected assignPublicId(): void {
    give(this, 7);
  }
}

/** Small, stable lookup data: a numeric id by design inside, a slug outside. */
export abstract class ReferenceEntity {
  /** The internal number. It is never part of a view. */
  declare readonly id: number;

  /** The name of the entry in addresses and bodies: lower-case words joined by hyphens. */
  declare slug: string;

  /** A last net under logs and hand-written JSON: the internal id is left out. */
  toJSON(): object {
    const { id: _id, ...rest } = this as Record<string, unknown>;
    return rest;
  }

  /** The same for the console and Nest's logger. */
  [inspect.custom](): object {
    return printedEntity(this);
  }
}

/** Gives an entity its public id unless it brings one; nobody else writes the property. */
function give(entity: { uuid?: string }, usual: UuidVersion): void {
  entity.uuid ??= newPublicId(definitionOf(entity.constructor)?.uuidVersion ?? usual);
}
