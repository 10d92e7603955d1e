import { inspect } from 'node:util';
import type { InspectOptions } from 'node:util';
import { causeTrace } from './cause-trace.js';
import { clipped } from './clipped.js';
import type { ErrorDefinition } from './error-codes.js';

/**
 * One fault, located by an RFC 6901 pointer into the body or by the name of a parameter or header.
 */
export interface FieldError {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly header?: string;
  readonly detail: string;
}

/** The details a thrower may add to a code. */
export interface ErrorDetails {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** The resource's current version; sent with 412. */
  readonly currentVersion?: number;
  /** Seconds after which a retry makes sense; sent as the Retry-After header. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
  /** Whether the error is already logged, so that it need not be logged for every request. */
  readonly isLogged?: boolean;
}

/**
 * Every error the library throws. `code` is stable and meant for programs; the message is for
 * people and ends with the next step. The API sends it as a problem document (RFC 9457).
 */
export class DualIdError extends Error {
  override readonly name = 'DualIdError';
  readonly details: ErrorDetails;

  constructor(
    readonly code: string,
    readonly definition: ErrorDefinition,
    details: ErrorDetails = {},
  ) {
    super(
      `${details.detail ?? summaryOf(definition, details)} ${definition.next}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.details = withHiddenCause(details);
  }

  get status(): number {
    return this.definition.status;
  }

  /** The status under the name that Fastify and http-errors use. */
  get statusCode(): number {
    return this.status;
  }

  /** Whether a filter that does not know this class may show the message to a client. */
  get expose(): boolean {
    return this.status < 500;
  }

  /** A last safety net for logs and hand-written JSON: omits the cause, which may quote rows. */
  toJSON(): object {
    const { name, code, status, message, details } = this;
    return { name, code, status, message, ...(details.errors && { errors: details.errors }) };
  }

  /** The same for the console and Nest's logger: database errors show only codes and stacks. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    const { code, status, details } = this;
    const shown = { code, status, ...(details.errors && { errors: details.errors }) };
    return `${this.stack ?? this.message} ${inspect(shown, options)}${causeTrace(this)}`;
  }
}

/** A copy whose cause is left out by `{ ...details }` and `JSON.stringify`. */
function withHiddenCause({ cause, ...shown }: ErrorDetails): ErrorDetails {
  return cause === undefined ? shown : Object.defineProperty(shown, 'cause', { value: cause });
}

/** The maximum number of UTF-16 units of a pointer or name repeated in a message. */
const maxPlaceLength = 250;

/** The title, and the place and detail of the first error. */
function summaryOf({ title }: ErrorDefinition, { errors }: ErrorDetails): string {
  const first = errors?.[0];
  const place = first?.parameter ?? first?.header ?? first?.pointer;
  const where = place ? `${clipped(place, maxPlaceLength)} ` : '';
  return first ? `${title}: ${where}${first.detail}.` : `${title}.`;
}

/**
 * Makes a function that creates errors from a table of codes. An application declares its own table
 * beside the library's:
 * `export const shopProblem = problemsOf({ cart_empty: { status: 409, ... } })`.
 */
export function problemsOf<Code extends string>(
  table: Readonly<Record<Code, ErrorDefinition>>,
): (code: Code, details?: ErrorDetails) => DualIdError {
  return (code, details) => new DualIdError(code, table[code], details);
}
