import type { FastifyRequest } from 'fastify';
import { maxErrors, maxNameLength } from '../body/body-inspection.js';
import { clipped } from '../errors/clipped.js';
import type { FieldError } from '../errors/dual-id-error.js';

/** Minimum bytes allowed for the errors of a refusal, however small the request was. */
const smallestAllowance = 2_048;
/** Maximum bytes of the rest of a problem document. */
const otherBytes = 1_024;

const maxDetailLength = 500;

/** Approximately how many bytes a request had: its address and its body. */
export function bytesOf({ raw, headers }: FastifyRequest): number {
  const body = Number(headers['content-length'] ?? 0);
  return (raw.url?.length ?? 0) + (body > 0 ? body : 0);
}

/**
 * The errors a refusal lists: the first 20, limited to the size of the request or three kilobytes.
 * The first one is always included.
 */
export function boundErrors(
  errors: readonly FieldError[] | undefined,
  requestBytes = 0,
): readonly FieldError[] | undefined {
  if (!errors) return undefined;
  let left = Math.max(requestBytes - otherBytes, smallestAllowance);
  const listed: FieldError[] = [];
  for (const error of errors.slice(0, maxErrors)) {
    const short = boundedError(error);
    left -= Buffer.byteLength(JSON.stringify(short));
    if (left < 0 && listed.length > 0) break;
    listed.push(short);
  }
  return listed;
}

function boundedError({ pointer, parameter, header, detail }: FieldError): FieldError {
  return {
    ...(pointer === undefined ? {} : { pointer }),
    ...(parameter === undefined ? {} : { parameter: clipped(parameter, maxNameLength) }),
    ...(header === undefined ? {} : { header: clipped(header, maxNameLength) }),
    detail: clipped(detail, maxDetailLength),
  };
}
