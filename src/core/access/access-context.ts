import { ContextVariable } from '../database/context-variable.js';
import type { EntityClass } from '../definition/entity-class.js';
import { problem } from '../errors/problem.js';
import { isUuidText } from '../ids/any-uuid.js';
import type { OwnerRow } from './owner-row.js';
import { noOwner, requireOwnerRow } from './owner-row.js';
import type { Principal } from './principal.js';

/** On whose behalf work runs, and whose rows it may see. */
export interface Access {
  /** Undefined where nobody had to say who they are. */
  readonly principal: Principal | undefined;
  /** The public id of the owner whose rows alone exist for this work; undefined for all rows. */
  readonly owner: string | undefined;
  /** What the owner is a row of; absent if it is what the owners of entities lead to. */
  readonly ownerEntity?: EntityClass;
}

const accesses = new ContextVariable<Access>();

/** Runs work with an access, which everything it starts has too. */
export function withAccess<T>(access: Access | undefined, work: () => T): T {
  return accesses.run(access, work);
}

/** The access of the running work; undefined if nothing was said of it. */
export function currentAccess(): Access | undefined {
  return accesses.get();
}

/** Who the running work is for; undefined if that is nobody in particular. */
export function currentPrincipal(): Principal | undefined {
  return accesses.get()?.principal;
}

/**
 * The public id of whoever the running work is done by, for a log of it: a person or a service
 * account, or the API key of nobody. Undefined for a guest, and where nobody is known.
 */
export function currentActor(): string | undefined {
  const { uuid, guestOf, keyUuid } = currentPrincipal() ?? {};
  return uuid ?? (guestOf ? undefined : keyUuid);
}

/** The owner to whose rows the running work is restricted; undefined if it sees all rows. */
export function currentOwner(): string | undefined {
  return accesses.get()?.owner;
}

/**
 * The row to which the running work is restricted, with its entity; undefined if the work is not
 * restricted, or to the owner that the paths of entities lead to.
 */
export function currentOwnerRow(): OwnerRow | undefined {
  const { owner: uuid, ownerEntity: entity } = accesses.get() ?? {};
  return uuid === undefined || entity === undefined ? undefined : { entity, uuid };
}

/** What the owner of the running work is a row of, if it is not what owners lead to. */
export function currentOwnerEntity(): EntityClass | undefined {
  return accesses.get()?.ownerEntity;
}

/**
 * Runs work for which only the rows of one owner exist, in every repository whose entity declares
 * an `owner`. Restricted to a row of another entity, such as `{ entity: Cart, uuid }`, it sees that
 * row and what hangs below it.
 */
export function restrictedTo<T>(owner: string | OwnerRow, work: () => T): T {
  const principal = currentPrincipal();
  if (typeof owner === 'object' && owner !== null) {
    return accesses.run({ principal, ...rowAccess(requireOwnerRow(owner)) }, work);
  }
  if (!isUuidText(owner)) throw noOwner();
  return accesses.run({ principal, owner: owner.toLowerCase() }, work);
}

/** A row as the owner of an access. */
export function rowAccess({
  uuid,
  entity,
}: OwnerRow): Required<Pick<Access, 'owner' | 'ownerEntity'>> {
  return { owner: uuid, ownerEntity: entity };
}

/** Runs work that sees the rows of all owners, such as a count that the caller is not shown. */
export function unrestricted<T>(work: () => T): T {
  const access = accesses.get();
  if (access === undefined) return work();
  return accesses.run({ principal: access.principal, owner: undefined }, work);
}

/** Throws `misuse` in restricted work, for which rows of other owners would be read or counted. */
export function requireUnrestricted(call: string): void {
  if (currentOwner() === undefined) return;
  throw problem('misuse', {
    detail: `${call} concerns the rows of every owner, and the running work is restricted to one. Ask for a permission on the route, or call it in unrestricted work.`,
  });
}
