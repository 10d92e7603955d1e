import { UseGuards } from '@nestjs/common';
import type { CanActivate, Type } from '@nestjs/common';
import { GuardedElsewhere, Public, Requires } from './policy.decorators.js';
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

/** What an application says of a feature's access, as decorators. */
export interface DeclaredAccess {
  readonly controller: ClassDecorator;
  /** For handlers that write. */
  readonly write: MethodDecorator;
}

/** Reads what an application says; throws if it says nothing. */
export function declaredAccess(module: string, access: ApiAccess | undefined): DeclaredAccess {
  if (access === 'open') return { controller: Public(), write: Public() };
  const { guards, permission, writePermission } = partsOf(access);
  if (typeof permission === 'string' && guards === undefined) {
    const write = Requires(writePermission ?? permission);
    return { controller: Requires(permission), write };
  }
  if (
    permission === undefined &&
    Array.isArray(guards) &&
    guards.length > 0 &&
    guards.every(isClass)
  ) {
    return { controller: guardedBy(guards as readonly Type<CanActivate>[]), write: elsewhere };
  }
  throw problem('setup_refused', {
    detail: `${module}.forRoot does not say who may call its routes; give it api: { guards: [YourGuard] } or api: { permission: 'registry:read' }, or api: 'open' to let in everyone who can reach the API.`,
  });
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
  return access as { guards?: unknown; permission?: unknown; writePermission?: string };
}

function isClass(value: unknown): boolean {
  return typeof value === 'function';
}
