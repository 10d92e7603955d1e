import type { FastifyRequest } from 'fastify';
import type { OwnerRow } from './owner-row.js';

/** What the credentials of a request prove. */
export interface Credential {
  /** The public id of the person or service account; null if they act for nobody. */
  readonly principalUuid: string | null;
  /**
   * The row that a guest has access to, instead of a person: on routes that name one of the scopes
   * as a guest's.
   */
  readonly guestOf?: OwnerRow;
  /** The public id of the API key that was sent, if one was. */
  readonly keyUuid?: string;
  /** What they are limited to; undefined if they have no limit. */
  readonly scopes: ReadonlySet<string> | undefined;
}

/** Recognizes one kind of credentials. */
export interface Authenticator {
  /**
   * Returns undefined if the request has no credentials of this kind; throws `unauthenticated` if
   * it has some that are not valid.
   */
  authenticate(request: FastifyRequest): Credential | undefined | Promise<Credential | undefined>;
}

/** Knows what principals may do. */
export interface PermissionSource {
  /**
   * The platform type of the people and service accounts. Without it, a client may create a key for
   * any row of the registry.
   */
  readonly principalType?: number | undefined;
  /** The permissions of a principal; undefined if there is no such principal any more. */
  permissionsOf(
    principalUuid: string,
  ): ReadonlySet<string> | undefined | Promise<ReadonlySet<string> | undefined>;
}
