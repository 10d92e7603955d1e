import type { EntityMetadata } from 'typeorm';
import { addressColumn } from '../definition/address.js';
import type { EntityClass } from '../definition/entity-class.js';
import { declaredOwner, ownSelf } from '../definition/owner.js';
import { problem } from '../errors/problem.js';
import type { ResolvedPath } from '../view/relation-path.js';
import { resolveParent } from '../view/relation-path.js';

/** How the owner of a row is found, by public id; an entity that owns itself has no relations. */
export interface Ownership extends ResolvedPath {
  readonly path: string;
  /** Whether the rows of the entity belong to owners of another kind than the one asked for. */
  readonly isOutOfReach?: true;
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
  if (column?.propertyName === 'uuid') {
    if (!isSelf) requireOwnedPath(entity, path, relations);
    return { path, relations, column };
  }
  throw problem('setup_refused', {
    detail: `The owner of ${entity.name} is ${path}, but ${owner.name} has no public id. Name an entity with @DualId or @GuidId.`,
  });
}

/**
 * Whose the rows of an entity are if rows of another entity are the owners: the path is cut off at
 * the first place where it reaches that one.
 */
export function ownershipWithin(
  entity: EntityMetadata,
  owners: EntityClass,
): Ownership | undefined {
  const declared = ownershipOf(entity);
  if (!declared) return undefined;
  const { path, relations } = declared;
  const passed = [entity, ...relations.map(({ inverseEntityMetadata }) => inverseEntityMetadata)];
  const at = passed.findIndex(({ target }) => target === owners);
  const column = passed[at] && addressColumn(passed[at]);
  if (!column) return { ...declared, isOutOfReach: true };
  if (at === 0) return { path: ownSelf, relations: [], column };
  return {
    path: path.split('.').slice(0, at).join('.'),
    relations: relations.slice(0, at),
    column,
  };
}

/** Whoever could give away a row on the way would give away the rows below it. */
function requireOwnedPath(
  { name }: EntityMetadata,
  path: string,
  relations: Ownership['relations'],
): void {
  const steps = path.split('.');
  relations.slice(0, -1).forEach(({ inverseEntityMetadata: next }, index) => {
    const rest = steps.slice(index + 1).join('.');
    if (declaredOwner(next.target) === rest) return;
    throw problem('setup_refused', {
      detail: `${name} belongs to ${path}, so ${next.name} has to belong to ${rest}; otherwise restricted work could give its rows away. Declare owner: '${rest}' there.`,
    });
  });
}

/** Whether the rows of an entity are owners themselves. */
export function isSelfOwned({ relations, isOutOfReach }: Ownership): boolean {
  return !isOutOfReach && relations.length === 0;
}
