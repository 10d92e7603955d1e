import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { clientError } from '../errors/client-error.js';
import type { DualIdError } from '../errors/dual-id-error.js';
import type { ProblemDocument } from '../options/error-format.js';
import { problemHeaders } from './answer-headers.js';
import { boundErrors, bytesOf } from './bounded-errors.js';
import { errorBodiesAt, errorBodiesOf } from './error-bodies.js';
import { letOut } from './leave.js';
import { asAsked } from './sent-pointers.js';

export { problemMediaType, problemSchema } from './problem-schema.js';

/** The prefix of a problem's type, followed by the code. */
const typePrefix = 'urn:nest-dual-id:error:';

/** Responds to a request with the problem document of an error. */
export function sendProblem(reply: FastifyReply, found: DualIdError): void {
  const error = asAsked(found, reply.request);
  const { retryAfter } = error.details;
  void reply.headers(problemHeaders);
  if (retryAfter !== undefined) void reply.header('Retry-After', String(retryAfter));
  const errors = boundErrors(error.details.errors, bytesOf(reply.request));
  // A serializer meant for the response would print the problem as well.
  void reply.serializer(null as never);
  const { mediaType, body } = errorBodiesOf(reply).show(problemOf(error, errors));
  void reply.code(error.status).type(mediaType).send(body);
}

/** Responds to a request that never reached Fastify, such as when Nest middleware throws. */
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

/** The problem document of an error, as a client may see it. */
export function problemOf(
  error: DualIdError,
  listed = boundErrors(error.details.errors),
): ProblemDocument {
  const shown = clientError(error);
  const { code, definition, details, message } = shown;
  const errors = shown === error ? listed : undefined;
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
