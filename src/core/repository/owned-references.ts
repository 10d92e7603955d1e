import type { EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { RelationMetadata } from 'typeorm/metadata/RelationMetadata.js';
import { addressColumn } from '../definition/address.js';
import { referenceNameOf } from '../ids/id-names.js';
import { keyOfRow, parentKeys } from '../reading/parent-keys.js';
import { currentOwner, currentOwnerEntity } from '../access/access-context.js';
import type { EntityClass } from '../definition/entity-class.js';
import { OwnerScope } from '../reading/owner-scope.js';
import type { Ownership } from '../reading/ownership.js';
import { isSelfOwned, ownershipOf } from '../reading/ownership.js';

/** The owner that a referenced row needs: at which paths from it, and whether it is the owner. */
export interface RequiredOwner {
  readonly owner: string;
  readonly paths: readonly string[];
  readonly isSelf: boolean;
  /** Whether no row may be named at all, because all belong to owners of another kind. */
  readonly isOutOfReach: boolean;
}

type RequiredPlace = Omit<RequiredOwner, 'owner'>;

/** Whose rows the references of an entity may name, for work that is restricted to an owner. */
export class OwnedReferences {
  /** By what owners are rows of; undefined for those that the declared paths lead to. */
  readonly #required = new Map<EntityClass | undefined, Map<RelationMetadata, RequiredPlace>>();
  readonly #scopes = new Map<EntityMetadata, OwnerScope>();
  readonly #deciding: string | undefined;

  constructor(private readonly entity: EntityMetadata) {
    const ownership = ownershipOf(entity);
    this.#deciding = ownership?.relations[0]?.propertyPath;
  }

  /** The owner that the row behind a reference needs; undefined if it may be anybody's. */
  ownerOf(relation: RelationMetadata): RequiredOwner | undefined {
    const owner = currentOwner();
    if (owner === undefined) return undefined;
    const { paths, isSelf, isOutOfReach } = this.#requiredOf(relation);
    const isRequired = isOutOfReach || isSelf || paths.length > 0;
    return isRequired ? { owner, paths, isSelf, isOutOfReach } : undefined;
  }

  /** Whether a reference decides whose a row is. */
  decidesOwner({ propertyPath }: RelationMetadata): boolean {
    return propertyPath === this.#deciding;
  }

  /** The reference that restricted work has to write in a new row, with its name in a body. */
  get deciding(): readonly [relation: RelationMetadata, name: string] | undefined {
    const property = this.#deciding;
    if (property === undefined || currentOwner() === undefined) return undefined;
    const relation = this.entity.findRelationWithPropertyPath(property)!;
    const by = addressColumn(relation.inverseEntityMetadata)?.propertyName;
    return [relation, by === 'slug' ? property : referenceNameOf(property)];
  }

  /** The reference that a plain column holds, if it must not lead to another owner's row. */
  behind(column: ColumnMetadata): RelationMetadata | undefined {
    const relation = this.entity.relations.find(({ joinColumns }) => joinColumns.includes(column));
    return relation && this.ownerOf(relation) ? relation : undefined;
  }

  #requiredOf(relation: RelationMetadata): RequiredPlace {
    const owners = currentOwnerEntity();
    const known = this.#required.get(owners) ?? new Map<RelationMetadata, RequiredPlace>();
    this.#required.set(owners, known);
    const required = known.get(relation) ?? this.#requirement(relation);
    known.set(relation, required);
    return required;
  }

  #requirement(relation: RelationMetadata): RequiredPlace {
    const ofTarget = this.#ownership(relation.inverseEntityMetadata);
    const paths = ofTarget ? [isSelfOwned(ofTarget) ? '' : ofTarget.path] : [];
    let isOutOfReach = ofTarget?.isOutOfReach === true;
    if (this.decidesOwner(relation)) {
      const own = this.#ownership(this.entity)!;
      // What is above the owner itself is not for its work to change.
      if (own.isOutOfReach || isSelfOwned(own)) isOutOfReach = true;
      else paths.push(own.path.split('.').slice(1).join('.'));
    }
    if (isOutOfReach) return { isSelf: false, paths: [], isOutOfReach };
    return {
      isSelf: paths.includes(''),
      paths: [...new Set(paths)].filter((path) => path !== ''),
      isOutOfReach,
    };
  }

  #ownership(entity: EntityMetadata): Ownership | undefined {
    const scope = this.#scopes.get(entity) ?? new OwnerScope(entity);
    this.#scopes.set(entity, scope);
    return scope.ownership;
  }
}

/** Selects the key of the row at an address if it belongs to the owner. */
export function ownKeySql(
  key: ColumnMetadata,
  { paths, owner }: RequiredOwner,
  [address, bind]: readonly [address: unknown, bind: (value: unknown) => string],
): string {
  const target = key.entityMetadata;
  const placeholder = bind(owner);
  const parents = parentKeys(target, paths, () => placeholder);
  return keyOfRow(key, [addressColumn(target)!, bind(address)], parents);
}
