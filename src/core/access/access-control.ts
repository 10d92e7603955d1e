import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { problem, refusal } from '../errors/problem.js';
import { isUuidText } from '../ids/any-uuid.js';
import type { Authenticator, Credential, PermissionSource } from './authenticator.js';
import { fixedSet } from './fixed-set.js';
import type { OwnerRow } from './owner-row.js';
import { requireOwnerRow } from './owner-row.js';
import type { Principal } from './principal.js';

const nothing = fixedSet([]);

/**
 * Finds out who makes a request. It is off until an authenticator is added; from then on, a route
 * without a policy does not boot.
 */
@Injectable()
export class AccessControl {
  readonly #authenticators: Authenticator[] = [];
  #permissions: PermissionSource | undefined;
  readonly #known = new WeakMap<Credential, Principal>();
  #isDecided = false;

  /** Whether routes need a policy. The first route decides it for all. */
  guardsRoutes(): boolean {
    this.#isDecided = true;
    return this.#authenticators.length > 0;
  }

  /** Asks this authenticator too, after those that were added before. */
  authenticateWith(authenticator: Authenticator): void {
    if (this.#isDecided && this.#authenticators.length === 0) throw tooLate();
    this.#authenticators.push(authenticator);
  }

  /** Asks this source what principals may do; without one, they may do what their scopes say. */
  usePermissions(source: PermissionSource): void {
    if (this.#permissions) {
      throw problem('setup_refused', {
        detail: 'Two modules say what principals may do; import only one of them.',
      });
    }
    this.#permissions = source;
  }

  /** The platform type of principals, if what knows their permissions says it. */
  get principalType(): number | undefined {
    return this.#permissions?.principalType;
  }

  /**
   * Returns who makes a request, at once if everything about them is in memory; throws or rejects
   * with `unauthenticated` if nobody can be told.
   */
  principalOf(request: FastifyRequest, from = 0): Principal | Promise<Principal> {
    for (const [index, authenticator] of this.#authenticators.entries()) {
      if (index < from) continue;
      const found = authenticator.authenticate(request);
      if (isPending(found)) {
        return Promise.resolve(found).then((credential) =>
          credential ? this.#principal(credential) : this.principalOf(request, index + 1),
        );
      }
      if (found) return this.#principal(found);
    }
    const hasSome = request.headers.authorization !== undefined;
    const detail = hasSome ? 'The credentials are of no kind known here.' : noCredentials;
    throw refusal('unauthenticated', { detail });
  }

  #principal(credential: Credential): Principal | Promise<Principal> {
    const known = this.#known.get(credential);
    if (credential.guestOf)
      return known ?? this.#remember(credential, guest(credential.guestOf, credential));
    const uuid = known ? known.uuid : canonicalPrincipal(credential.principalUuid);
    if (uuid === null || !this.#permissions) {
      return known ?? this.#remember(credential, trusted(credential, uuid));
    }
    const found = this.#permissions.permissionsOf(uuid);
    if (!isPending(found)) return this.#holding(credential, uuid, found);
    return Promise.resolve(found).then((permissions) =>
      this.#holding(credential, uuid, permissions),
    );
  }

  /** The principal that was made before, for as long as the same permissions are found. */
  #holding(
    credential: Credential,
    uuid: string,
    permissions: ReadonlySet<string> | undefined,
  ): Principal {
    const known = this.#known.get(credential);
    if (known && known.permissions === permissions) return known;
    if (permissions)
      return this.#remember(credential, { ...credentialParts(credential, uuid), permissions });
    throw refusal('unauthenticated', { detail: 'The credentials are of nobody any more.' });
  }

  /** Only a credential that is frozen is the same one when it comes again. */
  #remember(credential: Credential, principal: Principal): Principal {
    if (Object.isFrozen(credential)) this.#known.set(credential, Object.freeze(principal));
    return principal;
  }
}

/** Whether something comes later: libraries have promises of their own. */
function isPending<T>(found: T | Promise<T>): found is Promise<T> {
  return typeof (found as Partial<Promise<T>> | undefined)?.then === 'function';
}

function credentialParts({ keyUuid, scopes }: Credential, uuid: string | null) {
  return keyUuid === undefined ? { uuid, scopes } : { uuid, scopes, keyUuid };
}

/** Where nothing knows the permissions, the scopes are taken for them. */
function trusted(credential: Credential, uuid: string | null): Principal {
  const permissions = credential.scopes ?? nothing;
  return { ...credentialParts(credential, uuid), permissions, areScopesTrusted: true };
}

const noCredentials = 'The request has no credentials.';

/** Nobody's rights are a guest's, whose scopes are purposes and no permissions. */
function guest(row: OwnerRow, { principalUuid, keyUuid, scopes }: Credential): Principal {
  if (principalUuid !== null || !scopes) {
    throw problem('misuse', {
      detail: 'An authenticator returned a guest who is a person as well, or has no scopes.',
    });
  }
  const guestOf = requireOwnerRow(row);
  const of = { uuid: null, guestOf, scopes, permissions: nothing };
  return keyUuid === undefined ? of : { ...of, keyUuid };
}

/** A principal that is missing would be taken for one that is restricted to nothing. */
function canonicalPrincipal(uuid: string | null): string | null {
  if (uuid === null) return null;
  if (isUuidText(uuid)) return uuid.toLowerCase();
  throw problem('misuse', {
    detail: 'An authenticator returned a principalUuid that is neither a public id nor null.',
  });
}

function tooLate(): Error {
  return problem('setup_refused', {
    detail:
      'Access control was added after routes were registered, which would be open. Import its module in the application module.',
  });
}
