import type { EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { RelationMetadata } from 'typeorm/metadata/RelationMetadata.js';
import { addressColumn } from '../definition/address.js';
import { referenceNameOf } from '../ids/id-names.js';
import { keyOfRow, parentKeys } from '../reading/parent-keys.js';
import { currentOwner } from '../access/access-context.js';
import { isSelfOwned, ownershipOf } from '../reading/ownership.js';

/** The owner that a referenced row needs: at which paths from it, and whether it is the owner. */
export interface RequiredOwner {
  readonly owner: string;
  readonly paths: readonly string[];
  readonly isSelf: boolean;
}

/** Whose rows the references of an entity may name, for work that is restricted to an owner. */
export class OwnedReferences {
  readonly #required = new Map<RelationMetadata, Omit<RequiredOwner, 'owner'>>();
  readonly #path: readonly string[];

  constructor(private readonly entity: EntityMetadata) {
    const ownership = ownershipOf(entity);
    this.#path = ownership && !isSelfOwned(ownership) ? ownership.path.split('.') : [];
  }

  /** The owner that the row behind a reference needs; undefined if it may be anybody's. */
  ownerOf(relation: RelationMetadata): RequiredOwner | undefined {
    const owner = currentOwner();
    if (owner === undefined) return undefined;
    const { paths, isSelf } = this.#requiredOf(relation);
    return isSelf || paths.length > 0 ? { owner, paths, isSelf } : undefined;
  }

  /** Whether a reference decides whose a row is. */
  decidesOwner({ propertyPath }: RelationMetadata): boolean {
    return propertyPath === this.#path[0];
  }

  /** The reference that restricted work has to write in a new row, with its name in a body. */
  get deciding(): readonly [relation: RelationMetadata, name: string] | undefined {
    const [property] = this.#path;
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

  #requiredOf(relation: RelationMetadata): Omit<RequiredOwner, 'owner'> {
    const known = this.#required.get(relation);
    if (known) return known;
    const ofTarget = ownershipOf(relation.inverseEntityMetadata);
    const paths = ofTarget ? [isSelfOwned(ofTarget) ? '' : ofTarget.path] : [];
    if (this.decidesOwner(relation)) paths.push(this.#path.slice(1).join('.'));
    const required = {
      isSelf: paths.includes(''),
      paths: [...new Set(paths)].filter((path) => path !== ''),
    };
    this.#required.set(relation, required);
    return required;
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
