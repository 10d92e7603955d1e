import { inspect } from 'node:util';
import type { InspectOptions } from 'node:util';
import { causeTrace } from './cause-trace.js';
import { clipped } from './clipped.js';
import type { ErrorDefinition } from './error-codes.js';

/** One thing that is wrong, with an RFC 6901 pointer into the body or the name of a parameter. */
export interface FieldError {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly header?: string;
  readonly detail: string;
}

/** What a thrower may add to a code. */
export interface ErrorDetails {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** The version the resource has now; sent with 412. */
  readonly currentVersion?: number;
  /** Seconds after which a retry makes sense; becomes the Retry-After header. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
  /** True when the log knows of it already and need not be told at every request. */
  readonly isLogged?: boolean;
}

/**
 * Every error the library throws. `code` is for machines and stable; the message is for people
 * and ends with the next step. At the API it becomes a problem document (RFC 9457).
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

  /** The same under the name that Fastify and the errors of http-errors give it. */
  get statusCode(): number {
    return this.status;
  }

  /** Whether a filter that knows nothing of this class may show the message to a client. */
  get expose(): boolean {
    return this.status < 500;
  }

  /** A last net under logs and hand-written JSON: the cause, which may quote rows, is left out. */
  toJSON(): object {
    const { name, code, status, message, details } = this;
    return { name, code, status, message, ...(details.errors && { errors: details.errors }) };
  }

  /** The same for the console and Nest's logger: stacks and codes, of the database nothing else. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    const { code, status, details } = this;
    const shown = { code, status, ...(details.errors && { errors: details.errors }) };
    return `${this.stack ?? this.message} ${inspect(shown, options)}${causeTrace(this)}`;
  }
}

/** A copy of which `{ ...details }` and `JSON.stringify` leave out the cause. */
function withHiddenCause({ cause, ...shown }: ErrorDetails): ErrorDetails {
  return cause === undefined ? shown : Object.defineProperty(shown, 'cause', { value: cause });
}

/** The maximum number of UTF-16 units of a pointer or a name that a message repeats. */
const longestPlace = 250;

/** The title, and what the first of the errors is about. */
function summaryOf({ title }: ErrorDefinition, { errors }: ErrorDetails): string {
  const first = errors?.[0];
  const place = first?.parameter ?? first?.header ?? first?.pointer;
  const where = place ? `${clipped(place, longestPlace)} ` : '';
  return first ? `${title}: ${where}${first.detail}.` : `${title}.`;
}

/**
 * Makes the thrower of a table of codes. An application declares its own table beside the
 * library's: `export const shopProblem = problemsOf({ cart_empty: { status: 409, ... } })`.
 */
export function problemsOf<Code extends string>(
  table: Readonly<Record<Code, ErrorDefinition>>,
): (code: Code, details?: ErrorDetails) => DualIdError {
  return (code, details) => new DualIdError(code, table[code], details);
}
