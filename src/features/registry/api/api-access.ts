import type { CanActivate, Type } from '@nestjs/common';
import { problem } from '../../../core/errors/problem.js';

/**
 * Who may call routes that list or write: `open` says that whoever reaches the API may, or guards
 * of the application stand before each of them.
 */
export type ApiAccess =
  'open' | { readonly guards: readonly [Type<CanActivate>, ...Type<CanActivate>[]] };

/** The guards that an application names; it is refused where it says neither them nor `open`. */
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
    detail: `${module}.forRoot does not say who may call its routes; give it api: { guards: [YourGuard] }, or api: 'open' where whoever reaches the API may.`,
  });
}

function isClass(value: unknown): boolean {
  return typeof value === 'function';
}
