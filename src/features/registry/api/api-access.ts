import type { CanActivate, Type } from '@nestjs/common';
import { problem } from '../../../core/errors/problem.js';

/**
 * Who may call routes that list or write: `open` lets in everyone who can reach the API; otherwise
 * the application's guards run before each of these routes.
 */
export type ApiAccess =
  'open' | { readonly guards: readonly [Type<CanActivate>, ...Type<CanActivate>[]] };

/** Returns the guards an application names; throws if it names neither guards nor `open`. */
export function guardsOf(
  module: string,
  access: ApiAccess | undefined,
): readonly Type<CanActivate>[] {
  if (access === 'open') return [];
  const guards: unknown = typeof access === 'object' ? access?.guards : undefined;
  if (Array.isArray(guards) && guards.length > 0 && guards.every(isClass)) {
    return guards as readonly Type<CanActivate>[];
  }
  throw problem('setup_refused', {
    detail: `${module}.forRoot does not say who may call its routes; give it api: { guards: [YourGuard] }, or api: 'open' to let in everyone who can reach the API.`,
  });
}

function isClass(value: unknown): boolean {
  return typeof value === 'function';
}
