import { problem } from '../errors/problem.js';
import { isPermissionName } from './permission-name.js';
import type { Policy } from './policy.js';
import { declarePolicy } from './policy.js';

/** A decorator of a controller, for all its routes, or of one handler. */
export type PolicyDecorator = ClassDecorator & MethodDecorator;

/** Options of `@OwnOr`. */
export interface OwnOrOptions {
  /** The scope with which guests may call the route for their row. None may by default. */
  readonly guest?: string;
}

/** Everyone may call the route, and nobody has to say who they are. */
export function Public(): PolicyDecorator {
  return declaring({ kind: 'public' });
}

/** Whoever has valid credentials of a person or a program may call the route; no guest may. */
export function SignedIn(): PolicyDecorator {
  return declaring({ kind: 'signed in' });
}

/** Whoever has this permission may call the route, for the rows of all owners. */
export function Requires(permission: string): PolicyDecorator {
  return declaring({ kind: 'permission', permission: requireName(permission) });
}

/**
 * Whoever has this permission may call the route for the rows of all owners; everyone else for
 * their own rows, as if there were no others. A credential with scopes needs this one in any case.
 * Guests may call the route only if it names one of their scopes, and then for their row.
 */
export function OwnOr(permission: string, { guest }: OwnOrOptions = {}): PolicyDecorator {
  const policy = { kind: 'own', permission: requireName(permission) } as const;
  return declaring(guest === undefined ? policy : { ...policy, guest: requireName(guest) });
}

/** The same for handlers that respect the owner themselves, whatever entities their routes bind. */
export function OwnHandledOr(permission: string): PolicyDecorator {
  return declaring({ kind: 'own', permission: requireName(permission), isHandled: true });
}

/** Something else decides who may call the route, such as a guard of the application or a proxy. */
export function GuardedElsewhere(reason: string): PolicyDecorator {
  if (reason.trim() !== '') return declaring({ kind: 'elsewhere', reason });
  throw problem('setup_refused', { detail: '@GuardedElsewhere has no reason in words.' });
}

function declaring(policy: Policy): PolicyDecorator {
  return ((target: object, _method?: unknown, descriptor?: PropertyDescriptor) => {
    declarePolicy((descriptor?.value as object | undefined) ?? target, policy);
  }) as PolicyDecorator;
}

/** Scopes of credentials are lists of these names with spaces between them (RFC 6749). */
function requireName(permission: string): string {
  if (isPermissionName(permission)) return permission;
  throw problem('setup_refused', {
    detail: `${JSON.stringify(permission)} is not the name of a permission; write it like orders:read.`,
  });
}
