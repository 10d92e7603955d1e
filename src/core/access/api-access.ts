import { UseGuards } from '@nestjs/common';
import type { CanActivate, Type } from '@nestjs/common';
import { GuardedElsewhere, OwnHandledOr, Public, Requires } from './policy.decorators.js';
import { problem } from '../errors/problem.js';

/**
 * Who may call routes of a feature: `open` lets in everyone who can reach the API; guards of the
 * application run before each of these routes; or callers need a permission, and another one, if it
 * is given, for routes that write.
 */
export type ApiAccess =
  | 'open'
  | { readonly guards: readonly [Type<CanActivate>, ...Type<CanActivate>[]] }
  | { readonly permission: string; readonly writePermission?: string };

/**
 * The same, or `ownOr`: callers with this permission read the rows of all owners, every other person
 * their own. Routes that write, or tell of the rows of every owner, need a permission in any case.
 */
export type OwnApiAccess =
  ApiAccess | { readonly ownOr: string; readonly writePermission?: string };

/** What an application says of a feature's access, as decorators. */
export interface DeclaredAccess {
  readonly controller: ClassDecorator;
  /** For handlers that write. */
  readonly write: MethodDecorator;
  /** For handlers that tell of the rows of every owner. */
  readonly everybody: MethodDecorator;
}

/** Reads what an application says; throws if it says nothing. */
export function declaredAccess(module: string, access: ApiAccess | undefined): DeclaredAccess {
  if (access === 'open') return { controller: Public(), write: Public(), everybody: Public() };
  const { guards, permission, writePermission } = partsOf(access);
  if (typeof permission === 'string' && guards === undefined) {
    const write = Requires(writePermission ?? permission);
    return { controller: Requires(permission), write, everybody: Requires(permission) };
  }
  if (
    permission === undefined &&
    Array.isArray(guards) &&
    guards.length > 0 &&
    guards.every(isClass)
  ) {
    const controller = guardedBy(guards as readonly Type<CanActivate>[]);
    return { controller, write: elsewhere, everybody: elsewhere };
  }
  throw problem('setup_refused', {
    detail: `${module}.forRoot does not say who may call its routes; give it api: { guards: [YourGuard] } or api: { permission: 'registry:read' }, or api: 'open' to let in everyone who can reach the API.`,
  });
}

/** Reads what an application says of a feature whose handlers respect the owner themselves. */
export function declaredOwnAccess(
  module: string,
  access: OwnApiAccess | undefined,
): DeclaredAccess {
  const { ownOr, guards, permission, writePermission } = partsOf(access);
  if (typeof ownOr !== 'string' || guards !== undefined || permission !== undefined) {
    return declaredAccess(module, access as ApiAccess | undefined);
  }
  return {
    controller: OwnHandledOr(ownOr),
    write: Requires(writePermission ?? ownOr),
    everybody: Requires(ownOr),
  };
}

const elsewhere = GuardedElsewhere('guards of the application');

function guardedBy(guards: readonly Type<CanActivate>[]): ClassDecorator {
  return (controller) => {
    UseGuards(...guards)(controller);
    elsewhere(controller);
  };
}

/** Untyped code may pass anything. */
function partsOf(access: unknown) {
  if (typeof access !== 'object' || access === null) return {};
  return access as {
    guards?: unknown;
    permission?: unknown;
    ownOr?: unknown;
    writePermission?: string;
  };
}

function isClass(value: unknown): boolean {
  return typeof value === 'function';
}
