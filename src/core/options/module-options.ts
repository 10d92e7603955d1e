import type { Envelope } from './envelope.js';
import type { ErrorOptions } from './error-format.js';
import type { RequestGateOptions } from './request-gate.options.js';
import type { ReadinessOptions } from './readiness.options.js';

/** Options of `DualIdModule.forRoot`. */
export interface DualIdModuleOptions extends RequestGateOptions {
  /**
   * The secret from which the keys of cursors are derived, at least 16 characters. A list rotates
   * it: the first one encrypts, all of them decrypt. Without it a secret is generated at start, and
   * cursors become invalid on restart.
   */
  readonly secret?: string | readonly string[];
  /**
   * Named prepared statements. By default they are on, and off if a connection pooler is detected
   * at boot; true keeps them on behind one that keeps track of them.
   */
  readonly preparedStatements?: boolean;
  /**
   * Logs the database's own error messages, which may quote SQL and values, at the debug level. Off
   * by default.
   */
  readonly logDetails?: boolean;
  /**
   * How to treat query parameters that a route does not declare: `refuse`, the default, or `ignore`
   * if third parties add some, such as `utm_source`. Names of internal ids are always refused.
   */
  readonly unknownQuery?: 'refuse' | 'ignore';
  /** Maximum number of resolved public ids kept in memory. Default 100000. */
  readonly resolverCacheSize?: number;
  /**
   * How many values a body may hold beyond those bounded by its class: items of lists without a
   * maximum, and contents of objects without a class. Default 2000.
   */
  readonly maxUndeclaredValues?: number;
  /**
   * Milliseconds for which a resolved public id or slug is cached. Until then `resolve` and
   * `exists` may not see deletions or moves by other processes, SQL or triggers. 0 disables the
   * cache. Default 5,000.
   */
  readonly resolverCacheMilliseconds?: number;
  /**
   * Whether messages of exceptions other than the library's reach the client: `drop`, the default,
   * shows the title of the status instead; `keep` shows them, except for server errors other than
   * 503. `keepMessage` keeps a single one.
   */
  readonly exceptionMessages?: ErrorOptions['exceptionMessages'];
  /**
   * A format for error bodies other than problem documents; no property outside its schema leaves.
   */
  readonly errorFormat?: ErrorOptions['errorFormat'];
  /**
   * The envelope of every 2xx response, such as `{ data, meta }`, declared and checked like the
   * response itself. Problems, responses without a body and routes with `@WithoutEnvelope` have
   * none.
   */
  readonly envelope?: Envelope;
  /**
   * What is exempt from the guarantees, each with its reason in words: a path, including everything
   * below it, that plain routes and middleware serve (`{ '/docs': 'Swagger UI' }`), or the name of
   * a class with message handlers or of a gateway.
   */
  readonly exempt?: Readonly<Record<string, string>>;
  /** What `Readiness` checks, and how long it may take. */
  readonly readiness?: ReadinessOptions;
}

/** Injection token of the module's options. */
export const DUAL_ID_OPTIONS = Symbol('nest-dual-id:options');
