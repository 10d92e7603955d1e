import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import type { FieldError } from '../errors/dual-id-error.js';
import { maxDepth, tooDeep, tooManyValues } from '../body/body-inspection.js';
import { brokenLimit } from '../body/json-scan.js';
import { refusal } from '../errors/problem.js';

/** Key in a route's config for the number of values its body may hold. */
export const bodyValuesKey = 'dualIdBodyValues';

/** How many values a body may hold beyond those bounded by its class. */
export const defaultUndeclaredValues = 2_000;

/** Refuses a JSON body that is not UTF-8 or too large for its route, before it is parsed. */
export function checkJsonBytes(request: FastifyRequest, bytes: Uint8Array): void {
  // A decoder would replace invalid bytes by U+FFFD.
  if (!isUtf8(bytes)) {
    throw refusal('malformed_json', { errors: [{ pointer: '', detail: 'is not UTF-8' }] });
  }
  const values = maxValuesOf(request);
  const broken = brokenLimit(bytes, { values, depth: maxDepth + 1 });
  if (broken === undefined) return;
  const error: FieldError =
    broken === 'values' ? tooManyValues(values) : { pointer: '', detail: tooDeep };
  throw refusal('invalid_body', { errors: [error] });
}

function maxValuesOf({ routeOptions }: FastifyRequest): number {
  const config = (routeOptions?.config ?? {}) as unknown as Record<string, unknown>;
  return (config[bodyValuesKey] as number | undefined) ?? defaultUndeclaredValues;
}
