import type { EntityMetadata } from 'typeorm';
import type { EntityClass } from '../definition/entity-class.js';
import { resolveParent } from '../view/relation-path.js';
import type { Ownership } from './ownership.js';
import { isSelfOwned, ownershipOf, ownershipWithin } from './ownership.js';

/** How owners of one kind are found from the rows of an entity, and from their parents. */
export class OwnerPaths {
  readonly ownership: Ownership | undefined;
  readonly #implied = new Map<string, readonly string[] | undefined>();

  /** `owners`: what the owners are rows of; absent for those that the declared paths lead to. */
  constructor(
    private readonly entity: EntityMetadata,
    private readonly owners?: EntityClass,
  ) {
    this.ownership = this.#of(entity);
  }

  /**
   * The paths to the owner that reading under these parents implies; undefined if the rows or a
   * parent belong to owners of another kind.
   */
  impliedBy(parents: readonly string[]): readonly string[] | undefined {
    const key = parents.join('\n');
    if (!this.#implied.has(key)) this.#implied.set(key, this.#findImplied(parents));
    return this.#implied.get(key);
  }

  #findImplied(parents: readonly string[]): readonly string[] | undefined {
    const ofParents = parents.map((path) => [path, this.#ofParent(path)] as const);
    const all = [this.ownership, ...ofParents.map(([, ownership]) => ownership)];
    if (all.some((ownership) => ownership?.isOutOfReach)) return undefined;
    const own = this.ownership;
    const ofRow = own && !isSelfOwned(own) ? [own.path] : [];
    const implied = ofParents.flatMap(([path, ownership]) => {
      if (!ownership) return [];
      return isSelfOwned(ownership) ? path : `${path}.${ownership.path}`;
    });
    return [...new Set([...ofRow, ...implied])];
  }

  #ofParent(path: string): Ownership | undefined {
    return this.#of(resolveParent(this.entity, path, this.entity.name).column.entityMetadata);
  }

  #of(entity: EntityMetadata): Ownership | undefined {
    return this.owners ? ownershipWithin(entity, this.owners) : ownershipOf(entity);
  }
}
