/** What a code means to a client: the HTTP status, a short title, and what to do next. */
export interface ErrorDefinition {
  readonly status: number;
  readonly title: string;
  readonly next: string;
}

/** The one table of the library's error codes. Codes are API: they are never renamed. */
export const errorCodes = {
  malformed_public_id: {
    status: 400,
    title: 'Malformed public id',
    next: 'Send the UUID exactly as the API gave it.',
  },
  internal_id_refused: {
    status: 400,
    title: 'Internal ids are not accepted',
    next: 'Use the public id, a UUID, under a name that ends in Uuid.',
  },
  malformed_json: {
    status: 400,
    title: 'The body is not JSON',
    next: 'Send well-formed JSON with Content-Type: application/json.',
  },
  invalid_body: {
    status: 400,
    title: 'The body breaks its rules',
    next: 'Correct the listed properties and send the request again.',
  },
  invalid_query: {
    status: 400,
    title: 'The query breaks its rules',
    next: 'Correct the listed parameters; the API description lists what the route takes.',
  },
  invalid_cursor: {
    status: 400,
    title: 'The cursor is not usable here',
    next: 'Start again without `after`, keeping sort and filters the same from page to page.',
  },
  invalid_header: {
    status: 400,
    title: 'A header breaks its rules',
    next: 'Correct the listed header and send the request again.',
  },
  bad_request: {
    status: 400,
    title: 'The request cannot be read',
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
    next: 'Ask the owner of the resource for access.',
  },
  cross_site_refused: {
    status: 403,
    title: 'Another site may not send this',
    next: 'Send it from a page of the application, or have the operator add the origin to trustedOrigins.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    next: 'Check the public id; it may belong to another resource or parent.',
  },
  route_not_found: {
    status: 404,
    title: 'No such route',
    next: 'The API description lists every route.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    next: 'Use a method that the Allow header lists.',
  },
  request_timeout: {
    status: 408,
    title: 'The request took too long to arrive',
    next: 'Send it again, without a pause.',
  },
  conflict: {
    status: 409,
    title: 'Conflict',
    next: 'Change the named value, which is in use already.',
  },
  still_referenced: {
    status: 409,
    title: 'Still referenced',
    next: 'Remove what refers to it first.',
  },
  relation_cycle: {
    status: 409,
    title: 'The relation would close a cycle',
    next: 'Look at the path between the two, and remove a relation on it first.',
  },
  concurrent_change: {
    status: 409,
    title: 'Changed by another request at the same time',
    next: 'Send the request again.',
  },
  locked: {
    status: 409,
    title: 'Locked by other work',
    next: 'Wait as long as Retry-After says and send the request again.',
  },
  lease_lost: {
    status: 409,
    title: 'The lease ended before the work did',
    next: 'Send the request again; what the work wrote after the end was refused.',
  },
  request_in_progress: {
    status: 409,
    title: 'The first request with this key still runs',
    next: 'Wait as long as Retry-After says and send it again with the same key.',
  },
  gone: {
    status: 410,
    title: 'Deleted',
    next: 'Forget this public id; it is never used again.',
  },
  version_mismatch: {
    status: 412,
    title: 'The version has moved on',
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
    next: 'Use the address of the API, or have the operator add the host to allowedHosts.',
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
    title: 'A rule of the data is violated',
    next: 'Check the values against the API description.',
  },
  too_many_requests: {
    status: 429,
    title: 'Too many requests',
    next: 'Wait as long as Retry-After says.',
  },
  headers_too_large: {
    status: 431,
    title: 'The headers are too large',
    next: 'Send fewer or shorter headers.',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    next: 'Try again later, and tell the operator the time of this answer if it stays.',
  },
  outcome_unknown: {
    status: 500,
    title: 'The outcome is unknown',
    next: 'The write may have happened: read the resource before you send the request again. With an Idempotency-Key a request can be sent again safely.',
  },
  prepared_statement_lost: {
    status: 500,
    title: 'A connection pooler gave a connection without its prepared statements',
    next: 'Tell the operator to set preparedStatements to false, or to let the pooler keep prepared statements.',
  },
  overloaded: {
    status: 503,
    title: 'Too much to do at once',
    next: 'Nothing was done. Wait as long as Retry-After says and send the request again.',
  },
  search_timeout: {
    status: 503,
    title: 'The search took too long',
    next: 'Search for more letters or words, or among fewer: of one type, or with a filter.',
  },
  unavailable: {
    status: 503,
    title: 'Temporarily unavailable',
    next: 'Try again in a moment.',
  },
  setup_refused: {
    status: 500,
    title: 'The application is set up in a way that would break a guarantee',
    next: 'Correct it as the message says and start again.',
  },
  migration_blocked: {
    status: 500,
    title: 'A migration did not get its locks',
    next: 'End the transaction that holds them or wait for it, and run the migrations again; what ran before stays.',
  },
  schema_outdated: {
    status: 500,
    title: 'The database schema is older than the code',
    next: 'Run the migrations: `dual-id migrate`, or `typeorm migration:run -d <data source>`.',
  },
  schema_newer: {
    status: 500,
    title: 'The database schema is newer than the code',
    next: 'Install the newer version of nest-dual-id, or take its migrations back with it: `dual-id migrate --revert`.',
  },
} as const satisfies Record<string, ErrorDefinition>;

/** A code of the library's table. */
export type ErrorCode = keyof typeof errorCodes;
