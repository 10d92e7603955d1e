import { ContextVariable } from '../database/context-variable.js';
import { problem } from '../errors/problem.js';
import { isUuidText } from '../ids/any-uuid.js';
import type { Principal } from './principal.js';

/** On whose behalf work runs, and whose rows it may see. */
export interface Access {
  /** Undefined where nobody had to say who they are. */
  readonly principal: Principal | undefined;
  /** The public id of the owner whose rows alone exist for this work; undefined for all rows. */
  readonly owner: string | undefined;
}

const accesses = new ContextVariable<Access>();

/** Runs work with an access, which everything it starts has too. */
export function withAccess<T>(access: Access | undefined, work: () => T): T {
  return accesses.run(access, work);
}

/** Who the running work is for; undefined if that is nobody in particular. */
export function currentPrincipal(): Principal | undefined {
  return accesses.get()?.principal;
}

/** The owner to whose rows the running work is restricted; undefined if it sees all rows. */
export function currentOwner(): string | undefined {
  return accesses.get()?.owner;
}

/**
 * Runs work for which only the rows of one owner exist, in every repository whose entity declares
 * an `owner`.
 */
export function restrictedTo<T>(owner: string, work: () => T): T {
  if (!isUuidText(owner)) throw noOwner();
  return accesses.run({ principal: currentPrincipal(), owner: owner.toLowerCase() }, work);
}

function noOwner(): Error {
  return problem('misuse', {
    detail:
      'Work is restricted to an owner that is no public id. Pass restrictedTo the uuid of a row.',
  });
}

/** Runs work that sees the rows of all owners, such as a count that the caller is not shown. */
export function unrestricted<T>(work: () => T): T {
  const access = accesses.get();
  return access === undefined ? work() : accesses.run({ ...access, owner: undefined }, work);
}
