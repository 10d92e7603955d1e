import type { FastifyRequest } from 'fastify';
import type { DualIdError } from '../errors/dual-id-error.js';
import { refusal } from '../errors/problem.js';
import { sendProblem } from './problem-document.js';
import type { RouteOrigin } from './route.decorators.js';
import type { RequestHook } from './hooks.js';
import { jsonMediaType } from './media-type.js';

const acceptsKey = Symbol('nest-dual-id:accepts');

/**
 * The route takes bodies of these media types instead of JSON. The application registers a parser
 * for them with `app.useBodyParser`, and reads its result.
 */
export function Accepts(...mediaTypes: readonly [string, ...string[]]): MethodDecorator {
  return (_prototype, _method, descriptor) => {
    const types = mediaTypes.map((type) => type.toLowerCase());
    Reflect.defineMetadata(acceptsKey, types, descriptor.value as object);
  };
}

/** The media types of bodies that a route accepts; undefined when undeclared, which means JSON. */
export function acceptedBy({ prototype, method }: RouteOrigin): readonly string[] | undefined {
  const handler = (prototype as Record<string, object>)[method]!;
  return Reflect.getMetadata(acceptsKey, handler) as readonly string[] | undefined;
}

/** Refuses a body of another media type, character set or encoding before it is read. */
export function checkContent(origin: RouteOrigin): RequestHook {
  const accepted = acceptedBy(origin) ?? [jsonMediaType];
  return (request, reply, done) => {
    const refused = refusedContent(request, accepted);
    if (!refused) return done();
    void reply.headers(refused.headers);
    sendProblem(reply, refused.error);
  };
}

interface Refused {
  readonly headers: Readonly<Record<string, string>>;
  readonly error: DualIdError;
}

function refusedContent(
  { headers, method }: FastifyRequest,
  accepted: readonly string[],
): Refused | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined;
  const coding = headers['content-encoding']?.trim().toLowerCase();
  if (coding !== undefined && coding !== 'identity') {
    // RFC 9110: the header distinguishes an unsupported encoding from an unsupported media type.
    return refusedType('Content-Encoding', 'is not identity', { 'Accept-Encoding': 'identity' });
  }
  const type = headers['content-type'];
  const isEmpty =
    headers['transfer-encoding'] === undefined && !(Number(headers['content-length']) > 0);
  if (type === undefined && isEmpty) return undefined;
  const [mediaType = '', ...parameters] = (type ?? '').split(';').map((part) => part.trim());
  if (!accepted.includes(mediaType.toLowerCase())) {
    return refusedType('Content-Type', `is not ${accepted.join(' or ')}`, {
      Accept: accepted.join(', '),
    });
  }
  if (mediaType.toLowerCase() !== jsonMediaType || parameters.every(isUtf8Parameter))
    return undefined;
  return refusedType('Content-Type', 'has a charset other than utf-8', { Accept: jsonMediaType });
}

/** JSON defines no `charset` parameter (RFC 8259); clients send it anyway. */
function isUtf8Parameter(parameter: string): boolean {
  return !/^charset\s*=/i.test(parameter) || /^charset\s*=\s*"?utf-?8"?$/i.test(parameter);
}

function refusedType(header: string, detail: string, headers: Refused['headers']): Refused {
  return { headers, error: refusal('unsupported_media_type', { errors: [{ header, detail }] }) };
}
