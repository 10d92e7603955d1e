import { notedPrincipal } from '../../core/http/noted-principal.js';

/** Who sends old numbers, as far as it is told apart. */
export interface LegacyCaller {
  /** A key, a person, a guest, nobody in particular, or one of too many to tell apart. */
  readonly kind: 'key' | 'principal' | 'guest' | 'nobody' | 'others';
  /** The public id of the key or person; null for all others. */
  readonly uuid: string | null;
}

/** The caller of a request. Guests come and go, and are counted as one. */
export function legacyCallerOf(request: object): LegacyCaller {
  const principal = notedPrincipal(request);
  if (principal?.guestOf) return { kind: 'guest', uuid: null };
  if (principal?.keyUuid !== undefined) return { kind: 'key', uuid: principal.keyUuid };
  if (principal && principal.uuid !== null) return { kind: 'principal', uuid: principal.uuid };
  return { kind: 'nobody', uuid: null };
}
