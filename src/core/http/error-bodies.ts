import { Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { closedSchema } from '../json-schema/closed-schema.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import type { ErrorFormat, ErrorOptions, ProblemDocument } from '../options/error-format.js';
import { madeObject } from './made-object.js';
import { problemMediaType, problemSchema } from './problem-schema.js';
import type { Serializer } from './shared-serializers.js';
import { shareSerializer, sharedSerializer } from './shared-serializers.js';

const textSchema = { type: 'string' } as const;
const shownByFilters = {
  error: textSchema,
  timestamp: textSchema,
  path: textSchema,
  method: textSchema,
};

/** What a filter modeled on Nest's documentation sends; its message may quote anything. */
const plainError: JsonSchema = {
  type: 'object',
  properties: { statusCode: { type: 'integer' }, ...shownByFilters },
  required: ['statusCode'],
  additionalProperties: false,
};

/** The same for applications that allow messages to be shown. */
export const plainErrorWithMessage: JsonSchema = {
  ...plainError,
  properties: {
    ...plainError.properties,
    message: { type: ['string', 'array'], items: textSchema },
  },
};

const maker = 'The `from` of the errorFormat';

/** An error in the form that is sent. */
interface ShownError {
  readonly mediaType: string;
  readonly body: string;
}

/** What an application's error bodies contain, whoever sends them. */
export class ErrorBodies {
  /** Describes an error body; the serializer of a route's errors is found by this very object. */
  readonly schema: JsonSchema;
  /** The same for an API description, under the name it has there. */
  readonly described: JsonSchema;
  readonly #logger = new Logger('DualId');
  readonly #format: ErrorFormat | undefined;
  readonly #ofProblem: Serializer;

  constructor({ errorFormat, exceptionMessages }: ErrorOptions = {}) {
    this.#format = errorFormat;
    const shape = errorFormat && closedSchema(errorFormat.schema, 'The errorFormat');
    this.schema = { ...(shape ?? problemSchema) };
    this.described = shape ? { title: 'Error', ...shape } : { title: 'Problem', ...problemSchema };
    this.#ofProblem = sharedSerializer({ schema: shape ?? problemSchema });
    const plain = exceptionMessages === 'keep' ? plainErrorWithMessage : plainError;
    const ofPlain = sharedSerializer({ schema: plain });
    shareSerializer(this.schema, (body) => {
      if (errorFormat || isProblem(body)) return this.#ofProblem(body);
      return ofPlain(body);
    });
  }

  /** The media type of a problem as this application sends it. */
  get mediaType(): string {
    return this.#format ? (this.#format.mediaType ?? 'application/json') : problemMediaType;
  }

  /** One of the library's own errors in the application's format; a problem if that fails. */
  show(problem: ProblemDocument): ShownError {
    try {
      const shown = this.#format ? madeObject(this.#format.from(problem), maker) : problem;
      return { mediaType: this.mediaType, body: this.#ofProblem(shown) };
    } catch (error) {
      const { stack } = error as Error;
      this.#logger.error(`The errorFormat made no body of ${problem.code}: ${stack}`);
      const body = sharedSerializer({ schema: problemSchema })(problem);
      return { mediaType: problemMediaType, body };
    }
  }

  /**
   * Serializes the body sent by a filter of the application. Throws if it does not match the
   * schema.
   */
  ofFilter(body: unknown): string {
    return sharedSerializer({ schema: this.schema })(body);
  }
}

const defaultBodies = new ErrorBodies();
const bodiesKey = Symbol('nest-dual-id:error-bodies');

/** Sets how a server, or the class of its responses, shows errors. */
export function useErrorBodies(shower: object, bodies: ErrorBodies): void {
  (shower as { [bodiesKey]?: ErrorBodies })[bodiesKey] = bodies;
}

/** How the errors of a reply's server are shown. */
export function errorBodiesOf({ server }: FastifyReply): ErrorBodies {
  return errorBodiesAt(server);
}

/** How a server, or a Node response without a reply, shows errors. */
export function errorBodiesAt(shower: object): ErrorBodies {
  return (shower as { [bodiesKey]?: ErrorBodies })[bodiesKey] ?? defaultBodies;
}

function isProblem(body: unknown): boolean {
  const { type, code } = (body ?? {}) as { readonly type?: unknown; readonly code?: unknown };
  return typeof type === 'string' && typeof code === 'string';
}
