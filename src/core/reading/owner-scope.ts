import type { EntityMetadata } from 'typeorm';
import { resolveParent } from '../view/relation-path.js';
import type { Ownership } from './ownership.js';
import { currentOwner } from '../access/access-context.js';
import { isSelfOwned, ownershipOf } from './ownership.js';
import type { Within } from './within.js';

/** Which rows of an entity exist for the running work, which may be restricted to an owner. */
export class OwnerScope {
  readonly ownership: Ownership | undefined;
  readonly #implied = new Map<string, readonly string[]>();

  constructor(private readonly entity: EntityMetadata) {
    this.ownership = ownershipOf(entity);
  }

  /** The owner whose rows of the entity alone exist; undefined if all of them do. */
  get owner(): string | undefined {
    return this.ownership && currentOwner();
  }

  /** The owner who is the only row of the entity that exists; undefined for any other entity. */
  get ownRow(): string | undefined {
    return this.ownership && isSelfOwned(this.ownership) ? currentOwner() : undefined;
  }

  /** Whether an entity that owns itself is not the owner. */
  excludes(address: string): boolean {
    const own = this.ownRow;
    return own !== undefined && own !== address;
  }

  /** Whether anything under these parents is restricted for the running work. */
  restricts(within: Within): boolean {
    if (currentOwner() === undefined) return false;
    return this.ownership !== undefined || this.impliedBy(Object.keys(within)).length > 0;
  }

  /**
   * The parents that rows need to exist for the running work: those that are asked for, and the
   * owner of the rows and of each parent. Undefined if a parent is not the owner it has to be.
   */
  within(within: Within): Within | undefined {
    const owner = currentOwner();
    if (owner === undefined) return within;
    const implied = this.impliedBy(Object.keys(within));
    if (implied.length === 0) return within;
    const isOther = (path: string) =>
      Object.hasOwn(within, path) && String(within[path]).toLowerCase() !== owner;
    if (implied.some(isOther)) return undefined;
    return { ...within, ...Object.fromEntries(implied.map((path) => [path, owner])) };
  }

  /** The paths to the owner that reading under these parents implies for restricted work. */
  impliedBy(paths: readonly string[]): readonly string[] {
    const key = paths.join('\n');
    const known = this.#implied.get(key);
    if (known) return known;
    const own = this.ownership;
    const ofRow = own && !isSelfOwned(own) ? [own.path] : [];
    const ofParents = paths.flatMap((path) => this.#ownerOfParent(path) ?? []);
    const implied = [...new Set([...ofRow, ...ofParents])];
    this.#implied.set(key, implied);
    return implied;
  }

  #ownerOfParent(path: string): string | undefined {
    const parent = resolveParent(this.entity, path, this.entity.name).column.entityMetadata;
    const ownership = ownershipOf(parent);
    if (!ownership) return undefined;
    return isSelfOwned(ownership) ? path : `${path}.${ownership.path}`;
  }
}
