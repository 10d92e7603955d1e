import type { FastifyReply } from 'fastify';
import type { DualIdError } from '../errors/dual-id-error.js';
import { boundErrors, bytesOf } from './bounded-errors.js';
import type { JsonSchema } from '../view/json-schema.js';
import { entityTag } from './entity-tag.js';

/** The media type of RFC 9457. */
export const problemMediaType = 'application/problem+json';

/** The prefix of a problem's type; the code follows. */
const typePrefix = 'urn:nest-dual-id:error:';

/** Exactly what a problem document may contain. */
export const problemSchema: JsonSchema = {
  type: 'object',
  description: 'A problem (RFC 9457). `code` is stable; `detail` ends with the next step.',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    currentVersion: { type: 'integer' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          pointer: { type: 'string' },
          parameter: { type: 'string' },
          header: { type: 'string' },
          detail: { type: 'string' },
        },
        required: ['detail'],
        additionalProperties: false,
      },
    },
  },
  required: ['type', 'title', 'status', 'code', 'detail'],
  additionalProperties: false,
};

/** Answers a request with the problem document of an error. */
export function sendProblem(reply: FastifyReply, error: DualIdError): void {
  const { currentVersion, retryAfter } = error.details;
  if (retryAfter !== undefined) void reply.header('Retry-After', String(retryAfter));
  if (currentVersion !== undefined) void reply.header('ETag', entityTag(currentVersion));
  const errors = boundErrors(error.details.errors, bytesOf(reply.request));
  void reply.code(error.status).type(problemMediaType).send(problemOf(error, errors));
}

/** The problem document of an error. */
export function problemOf(
  { code, definition, details, message }: DualIdError,
  errors = boundErrors(details.errors),
): object {
  const { currentVersion } = details;
  return {
    type: `${typePrefix}${code}`,
    title: definition.title,
    status: definition.status,
    code,
    detail: message,
    ...(currentVersion === undefined ? {} : { currentVersion }),
    ...(errors === undefined ? {} : { errors }),
  };
}
