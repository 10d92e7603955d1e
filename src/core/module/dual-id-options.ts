import type { Envelope } from '../http/envelope.js';
import type { ErrorOptions } from '../http/error-format.js';
import type { RequestGateOptions } from '../http/request-gate.js';
import type { ReadinessOptions } from '../health/readiness.options.js';

/** Options of `DualIdModule.forRoot`. */
export interface DualIdModuleOptions extends RequestGateOptions {
  /**
   * The secret from which the keys of cursors are derived, 16 characters at least. A list rotates
   * it: the first one encrypts, all of them decrypt. Without it a secret is made at start, and
   * cursors end with the process.
   */
  readonly secret?: string | readonly string[];
  /**
   * Named prepared statements. By default they are on, and off where a connection pooler is seen at
   * boot; true keeps them on behind one that keeps track of them.
   */
  readonly preparedStatements?: boolean;
  /**
   * Writes the database's own words on an error, which may quote SQL and values, to the log at the
   * debug level. Off by default.
   */
  readonly logDetails?: boolean;
  /**
   * What becomes of query parameters that a route does not declare: `refuse`, the default, or
   * `ignore` where others add some, such as `utm_source`. Names of internal ids are always refused.
   */
  readonly unknownQuery?: 'refuse' | 'ignore';
  /** Maximum number of resolved public ids that are kept in memory. Default 100000. */
  readonly resolverCacheSize?: number;
  /**
   * How many values a body may hold beyond those that its class bounds: items of lists without a
   * maximum, and what stands inside objects without a class. Default 2000.
   */
  readonly maxUndeclaredValues?: number;
  /**
   * Milliseconds for which a resolved public id or slug is kept. Until then `resolve` and `exists`
   * may not see what other processes, SQL or triggers deleted or moved. 0 keeps nothing. Default
   * 5,000.
   */
  readonly resolverCacheMilliseconds?: number;
  /**
   * Whether messages of exceptions that are not the library's reach the client: `drop`, the
   * default, shows the title of the status in their place; `keep` shows them, other errors of the
   * server than 503 excepted. A single one is kept with `keepMessage`.
   */
  readonly exceptionMessages?: ErrorOptions['exceptionMessages'];
  /** Another form of error bodies than problem documents; no property outside its schema leaves. */
  readonly errorFormat?: ErrorOptions['errorFormat'];
  /**
   * What stands around every answer of 2xx, such as `{ data, meta }`, declared and checked like the
   * answer itself. Problems, answers without a body and routes with `@WithoutEnvelope` have none.
   */
  readonly envelope?: Envelope;
  /**
   * What stands outside the guarantees, each with its reason in words: a path, with everything
   * below it, that plain routes and middleware answer (`{ '/docs': 'Swagger UI' }`), or the name of
   * a class with handlers of messages or of a gateway.
   */
  readonly exempt?: Readonly<Record<string, string>>;
  /** What `Readiness` checks, and how long it may take. */
  readonly readiness?: ReadinessOptions;
}

/** Injection token of the module's options. */
export const DUAL_ID_OPTIONS = Symbol('nest-dual-id:options');
