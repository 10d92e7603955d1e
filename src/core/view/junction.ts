import type { EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { problem } from '../errors/problem.js';

/** A many-to-many relation, seen from one of its two entities. */
export interface Junction {
  /** The table that holds the pairs. */
  readonly table: EntityMetadata;
  /** Its column that refers to the entity whose relation was requested. */
  readonly near: ColumnMetadata;
  /** Its column that refers to the other entity. */
  readonly far: ColumnMetadata;
  /** The other entity. */
  readonly target: EntityMetadata;
}

/** Finds a many-to-many relation of an entity by its property, from either side. */
export function junctionOf(entity: EntityMetadata, property: string, where: string): Junction {
  const relation = entity.findRelationWithPropertyPath(property);
  const owner = relation?.isManyToManyOwner ? relation : relation?.inverseRelation;
  if (!relation?.isManyToMany || !owner?.junctionEntityMetadata) {
    throw problem('setup_refused', {
      detail: `${where} needs ${entity.name}.${property} to be a @ManyToMany relation with a @JoinTable on one side. A list of rows that point here is @Many(view, 'theirRelation').`,
    });
  }
  const [near, far] = relation.isManyToManyOwner
    ? [owner.joinColumns, owner.inverseJoinColumns]
    : [owner.inverseJoinColumns, owner.joinColumns];
  if (near.length !== 1 || far.length !== 1) {
    throw problem('setup_refused', {
      detail: `${where} needs one join column on each side of ${entity.name}.${property}; map the join table as an entity of its own instead.`,
    });
  }
  return {
    table: owner.junctionEntityMetadata,
    near: near[0]!,
    far: far[0]!,
    target: relation.inverseEntityMetadata,
  };
}
