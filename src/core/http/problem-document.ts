import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { DualIdError } from '../errors/dual-id-error.js';
import { problemHeaders } from './answer-headers.js';
import { boundErrors, bytesOf } from './bounded-errors.js';
import { errorBodiesAt, errorBodiesOf } from './error-bodies.js';
import type { ProblemDocument } from './error-format.js';
import { letOut } from './leave.js';
import { asAsked } from './sent-pointers.js';

export { problemMediaType, problemSchema } from './problem-schema.js';

/** The prefix of a problem's type; the code follows. */
const typePrefix = 'urn:nest-dual-id:error:';

/** Answers a request with the problem document of an error. */
export function sendProblem(reply: FastifyReply, found: DualIdError): void {
  const error = asAsked(found, reply.request);
  const { retryAfter } = error.details;
  void reply.headers(problemHeaders);
  if (retryAfter !== undefined) void reply.header('Retry-After', String(retryAfter));
  const errors = boundErrors(error.details.errors, bytesOf(reply.request));
  // A serializer that was meant for the answer would print the problem as well.
  void reply.serializer(null as never);
  const { mediaType, body } = errorBodiesOf(reply).show(problemOf(error, errors));
  void reply.code(error.status).type(mediaType).send(body);
}

/** Answers a request that never reached Fastify, as where a middleware of Nest has thrown. */
export function writeProblem(response: ServerResponse, error: DualIdError): void {
  const { retryAfter } = error.details;
  if (retryAfter !== undefined) response.setHeader('Retry-After', String(retryAfter));
  const bodies = errorBodiesAt(response);
  letOut(response);
  const { mediaType, body } = bodies.show(problemOf(error));
  response.writeHead(error.status, {
    ...problemHeaders,
    'content-type': `${mediaType}; charset=utf-8`,
  });
  response.end(body);
}

/** The problem document of an error. */
export function problemOf(
  { code, definition, details, message }: DualIdError,
  errors = boundErrors(details.errors),
): ProblemDocument {
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
