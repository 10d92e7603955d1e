import { currentPrincipal } from 'nest-dual-id';

/**
 * Who makes a request, by a text that stays the same when a key is rotated; a key that acts for
 * nobody is a caller of its own.
 */
export function callerOf(): string {
  const principal = currentPrincipal();
  return principal?.uuid ?? principal?.keyUuid ?? 'nobody';
}
