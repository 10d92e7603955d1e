import type { FastifyRequest } from 'fastify';
import { mostErrors } from '../body/body-inspection.js';
import { clipped } from '../errors/clipped.js';
import type { FieldError } from '../errors/dual-id-error.js';

/** Bytes that the errors of a refusal may take, however small the request was. */
const smallestAllowance = 2_048;
/** Bytes that the rest of a problem document takes at most. */
const otherBytes = 1_024;

/** The maximum number of UTF-16 units of a name of a parameter or header, and of one detail. */
const longestName = 100;
const longestDetail = 500;

/** Tells roughly how many bytes a request had: its address and its body. */
export function bytesOf({ raw, headers }: FastifyRequest): number {
  const body = Number(headers['content-length'] ?? 0);
  return (raw.url?.length ?? 0) + (body > 0 ? body : 0);
}

/**
 * The errors a refusal lists: the first 20, and no more than keep it as small as the request or
 * three kilobytes. The first one is always there.
 */
export function boundErrors(
  errors: readonly FieldError[] | undefined,
  requestBytes = 0,
): readonly FieldError[] | undefined {
  if (!errors) return undefined;
  let left = Math.max(requestBytes - otherBytes, smallestAllowance);
  const listed: FieldError[] = [];
  for (const error of errors.slice(0, mostErrors)) {
    const short = shortened(error);
    left -= Buffer.byteLength(JSON.stringify(short));
    if (left < 0 && listed.length > 0) break;
    listed.push(short);
  }
  return listed;
}

function shortened({ pointer, parameter, header, detail }: FieldError): FieldError {
  return {
    ...(pointer === undefined ? {} : { pointer }),
    ...(parameter === undefined ? {} : { parameter: clipped(parameter, longestName) }),
    ...(header === undefined ? {} : { header: clipped(header, longestName) }),
    detail: clipped(detail, longestDetail),
  };
}
