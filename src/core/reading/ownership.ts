import type { EntityMetadata } from 'typeorm';
import { currentOwner } from '../access/access-context.js';
import { addressColumn } from '../definition/address.js';
import { declaredOwner, ownSelf } from '../definition/owner.js';
import { problem } from '../errors/problem.js';
import { isUuidText } from '../ids/any-uuid.js';
import type { ResolvedPath } from '../view/relation-path.js';
import { resolveParent } from '../view/relation-path.js';

/** How the owner of a row is found, by public id; an entity that owns itself has no relations. */
export interface Ownership extends ResolvedPath {
  readonly path: string;
}

/** Whose the rows of an entity are, or undefined if they belong to nobody; refuses what is not. */
export function ownershipOf(entity: EntityMetadata): Ownership | undefined {
  const path = declaredOwner(entity.target);
  if (path === undefined) return undefined;
  const isSelf = path === ownSelf;
  const relations = isSelf
    ? []
    : resolveParent(entity, path, `The owner of ${entity.name}`).relations;
  const owner = relations.at(-1)?.inverseEntityMetadata ?? entity;
  const column = addressColumn(owner);
  if (column?.propertyName === 'uuid') return { path, relations, column };
  throw problem('setup_refused', {
    detail: `The owner of ${entity.name} is ${path}, but ${owner.name} has no public id. Name an entity with @DualId or @GuidId.`,
  });
}

/** Whether the rows of an entity are owners themselves. */
export function isSelfOwned({ relations }: Ownership): boolean {
  return relations.length === 0;
}

/** The public id of the owner to whom the running work is restricted, as the database writes it. */
export function restrictingOwner(): string | undefined {
  const owner = currentOwner();
  if (owner === undefined) return undefined;
  if (isUuidText(owner)) return owner.toLowerCase();
  throw problem('misuse', {
    detail:
      'Work is restricted to an owner that is no public id. Pass restrictedTo the uuid of a row.',
  });
}
