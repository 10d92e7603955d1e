import type { EntityMetadata } from 'typeorm';
import type { EntityClass } from '../definition/entity-class.js';
import type { Ownership } from './ownership.js';
import type { Access } from '../access/access-context.js';
import { currentAccess, currentOwner, currentOwnerEntity } from '../access/access-context.js';
import { OwnerPaths } from './owner-paths.js';
import { isSelfOwned } from './ownership.js';
import type { Within } from './within.js';

/** Of work of which nothing was said. */
const noAccess: Partial<Access> = {};

/** Which rows of an entity exist for the running work, which may be restricted to an owner. */
export class OwnerScope {
  readonly #declared: OwnerPaths;
  readonly #ofRows = new Map<EntityClass, OwnerPaths>();

  constructor(private readonly entity: EntityMetadata) {
    this.#declared = new OwnerPaths(entity);
  }

  /** How the owner of the running work is found; undefined if the rows belong to nobody. */
  get ownership(): Ownership | undefined {
    return this.#declared.ownership && this.#paths(currentOwnerEntity()).ownership;
  }

  /** The owner whose rows of the entity alone exist; undefined if all of them do. */
  get owner(): string | undefined {
    return this.#declared.ownership && currentOwner();
  }

  /** The owner who is the only row of the entity that exists; undefined for any other entity. */
  get ownRow(): string | undefined {
    if (!this.#declared.ownership) return undefined;
    const { owner, ownerEntity } = currentAccess() ?? noAccess;
    if (owner === undefined) return undefined;
    return isSelfOwned(this.#paths(ownerEntity).ownership!) ? owner : undefined;
  }

  /** Whether an entity that owns itself is not the owner. */
  excludes(address: string): boolean {
    const own = this.ownRow;
    return own !== undefined && own !== address;
  }

  /**
   * Whether restricted work may not make a row at this address. Owners make themselves, but work for
   * a row of another entity makes only what hangs below that row.
   */
  excludesNew(address: string): boolean {
    const { ownership } = this;
    if (!ownership || currentOwnerEntity() === undefined) return this.excludes(address);
    return ownership.relations.length === 0;
  }

  /** Whether anything under these parents is restricted for the running work. */
  restricts(within: Within): boolean {
    const { owner, ownerEntity } = currentAccess() ?? noAccess;
    if (owner === undefined) return false;
    if (this.#declared.ownership) return true;
    return this.#paths(ownerEntity).impliedBy(Object.keys(within))?.length !== 0;
  }

  /**
   * The parents that rows need to exist for the running work: those that are asked for, and the
   * owner of the rows and of each parent. Undefined if no row can have them: a parent is not the
   * owner it has to be, or something belongs to owners of another kind.
   */
  within(within: Within): Within | undefined {
    const { owner, ownerEntity } = currentAccess() ?? noAccess;
    if (owner === undefined) return within;
    const implied = this.#paths(ownerEntity).impliedBy(Object.keys(within));
    if (!implied || implied.length === 0) return implied && within;
    const all = { ...within };
    for (const path of implied) {
      const isOther = Object.hasOwn(all, path) && String(all[path]).toLowerCase() !== owner;
      if (isOther) return undefined;
      all[path] = owner;
    }
    return all;
  }

  /** The declared paths to the owner that reading under these parents implies. */
  impliedBy(paths: readonly string[]): readonly string[] {
    return this.#declared.impliedBy(paths)!;
  }

  #paths(owners: EntityClass | undefined): OwnerPaths {
    if (owners === undefined) return this.#declared;
    const known = this.#ofRows.get(owners);
    if (known) return known;
    const paths = new OwnerPaths(this.entity, owners);
    this.#ofRows.set(owners, paths);
    return paths;
  }
}
