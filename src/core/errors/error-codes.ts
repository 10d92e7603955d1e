import { apiKeyErrorCodes } from './api-key-error-codes.js';
import { conversionErrorCodes } from './conversion-error-codes.js';
import { feedErrorCodes } from './feed-error-codes.js';
import { identityErrorCodes } from './identity-error-codes.js';
import { legacyIdErrorCodes } from './legacy-id-error-codes.js';

/** What a code means to a client: the HTTP status, a short title, and the next step. */
export interface ErrorDefinition {
  readonly status: number;
  readonly title: string;
  readonly next: string;
}

/** The library's only table of error codes. Codes are part of the API: they are never renamed. */
export const errorCodes = {
  malformed_public_id: {
    status: 400,
    title: 'Malformed public id',
    next: 'Send the UUID exactly as the API gave it.',
  },
  internal_id_refused: {
    status: 400,
    title: 'Internal ids are not accepted',
    next: 'Use the public id, a UUID, under a name ending in Uuid.',
  },
  malformed_json: {
    status: 400,
    title: 'The body is not valid JSON',
    next: 'Send well-formed JSON with Content-Type: application/json.',
  },
  invalid_body: {
    status: 400,
    title: 'The body is invalid',
    next: 'Correct the listed properties and send the request again.',
  },
  invalid_query: {
    status: 400,
    title: 'The query is invalid',
    next: 'Correct the listed parameters; the API description lists those the route accepts.',
  },
  invalid_cursor: {
    status: 400,
    title: 'The cursor cannot be used here',
    next: 'Start again without `after`, and keep sort and filters the same on every page.',
  },
  invalid_header: {
    status: 400,
    title: 'A header is invalid',
    next: 'Correct the listed header and send the request again.',
  },
  bad_request: {
    status: 400,
    title: 'The request is malformed',
    next: 'Compare it with the API description.',
  },
  unauthenticated: {
    status: 401,
    title: 'Not authenticated',
    next: 'Send valid credentials.',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    next: 'Use credentials that may do this, or ask whoever manages access for what is missing.',
  },
  cross_site_refused: {
    status: 403,
    title: 'Cross-site request refused',
    next: 'Send it from a page of the application, or ask the operator to add the origin to trustedOrigins.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    next: 'Check the public id; it may belong to another resource or parent.',
  },
  route_not_found: {
    status: 404,
    title: 'Route not found',
    next: 'The API description lists every route.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    next: 'Use one of the methods in the Allow header.',
  },
  request_timeout: {
    status: 408,
    title: 'The request took too long to arrive',
    next: 'Send it again without pausing.',
  },
  conflict: {
    status: 409,
    title: 'Conflict',
    next: 'Change the named value, which is already in use.',
  },
  still_referenced: {
    status: 409,
    title: 'Still referenced',
    next: 'Remove everything that refers to it first.',
  },
  relation_cycle: {
    status: 409,
    title: 'The relation would close a cycle',
    next: 'Look at the path between the two, and remove one of its relations first.',
  },
  concurrent_change: {
    status: 409,
    title: 'Changed by another request at the same time',
    next: 'Send the request again.',
  },
  locked: {
    status: 409,
    title: 'Locked by other operations',
    next: 'Wait for the time given in Retry-After, then send the request again.',
  },
  lease_lost: {
    status: 409,
    title: 'The lease ended before the task did',
    next: 'Send the request again; anything the task wrote after the lease ended was refused.',
  },
  request_in_progress: {
    status: 409,
    title: 'The first request with this key is still running',
    next: 'Wait for the time given in Retry-After, then send it again with the same key.',
  },
  version_not_kept: {
    status: 409,
    title: 'The history does not keep this version',
    next: 'Choose a time for which the history shows values.',
  },
  gone: {
    status: 410,
    title: 'Deleted',
    next: 'Discard this public id; it is never reused.',
  },
  version_mismatch: {
    status: 412,
    title: 'The version has changed',
    next: 'Read the resource again and repeat the change with its new ETag.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    next: 'Send less in one request.',
  },
  uri_too_long: {
    status: 414,
    title: 'The address is too long',
    next: 'Shorten the path or the query.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    next: 'Send JSON in UTF-8 with Content-Type: application/json and no Content-Encoding.',
  },
  misdirected_request: {
    status: 421,
    title: 'This host is not served here',
    next: 'Use the address of the API, or ask the operator to add the host to allowedHosts.',
  },
  missing_reference: {
    status: 422,
    title: 'A referenced resource does not exist',
    next: 'Correct the named property.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The key was used for another request',
    next: 'Use a new Idempotency-Key for a new request.',
  },
  rule_violated: {
    status: 422,
    title: 'A data rule is violated',
    next: 'Check the values against the API description.',
  },
  too_many_requests: {
    status: 429,
    title: 'Too many requests',
    next: 'Wait for the time given in Retry-After.',
  },
  headers_too_large: {
    status: 431,
    title: 'The headers are too large',
    next: 'Send fewer or shorter headers.',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    next: 'Try again later; if it persists, give the operator the time of this response.',
  },
  outcome_unknown: {
    status: 500,
    title: 'The outcome is unknown',
    next: 'The write may have happened: read the resource before sending the request again. A request with an Idempotency-Key can be repeated safely.',
  },
  prepared_statement_lost: {
    status: 500,
    title: 'A connection pooler supplied a connection without its prepared statements',
    next: 'Ask the operator to set preparedStatements to false, or to let the pooler keep prepared statements.',
  },
  overloaded: {
    status: 503,
    title: 'Overloaded',
    next: 'Nothing was done. Wait for the time given in Retry-After, then send the request again.',
  },
  search_timeout: {
    status: 503,
    title: 'The search took too long',
    next: 'Search for more letters or words, or narrow the search to one type or by a filter.',
  },
  unavailable: {
    status: 503,
    title: 'Temporarily unavailable',
    next: 'Try again in a moment.',
  },
  setup_refused: {
    status: 500,
    title: 'The application is configured in a way that would break a guarantee',
    next: 'Correct it as the message describes and start again.',
  },
  misuse: {
    status: 500,
    title: 'A library function was called in an unsupported way',
    next: 'Correct the call.',
  },
  migration_blocked: {
    status: 500,
    title: 'A migration could not get its locks',
    next: 'End the transaction that holds them or wait for it, then run the migrations again; those that already ran stay applied.',
  },
  schema_outdated: {
    status: 500,
    title: 'The database schema is older than the code',
    next: 'Run the migrations: `dual-id migrate`, or `typeorm migration:run -d <data source>`.',
  },
  schema_newer: {
    status: 500,
    title: 'The database schema is newer than the code',
    next: 'Install the newer version of nest-dual-id, or use it to revert its migrations: `dual-id migrate --revert`.',
  },
  ...apiKeyErrorCodes,
  ...conversionErrorCodes,
  ...feedErrorCodes,
  ...identityErrorCodes,
  ...legacyIdErrorCodes,
} as const satisfies Record<string, ErrorDefinition>;

/** A code in the library's table. */
export type ErrorCode = keyof typeof errorCodes;
