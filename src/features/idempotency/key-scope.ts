import type { FastifyRequest } from 'fastify';
import { problem } from '../../core/errors/problem.js';
import { routeVersionOf } from '../../core/http/route-version.js';
import type { IdempotencyOptions } from './idempotency.options.js';
import { isUuidText } from '../../core/ids/any-uuid.js';

/** The caller, as the application identifies it; an empty text if all callers are one. */
export function keyCallerOf({ caller }: IdempotencyOptions, request: FastifyRequest): string {
  if (caller === 'everyone') return '';
  const named: unknown = caller?.(request);
  if (typeof named === 'string' && named !== '') return named;
  const { url } = request.routeOptions;
  const cause = new Error(
    `The option caller of IdempotencyModule identifies nobody for a request to ${request.method} ${url}. Return a text for every request, such as 'anonymous'.`,
  );
  throw problem('internal', { cause });
}

/**
 * Where a key counts: the route, the parsed parameters of its path and its query, and the caller.
 * Different formats of an address are the same.
 */
export function scopeOf(request: FastifyRequest, caller: string): string {
  const { method, routeOptions, url, params, query } = request;
  // Fastify takes a fragment for part of the query, but addresses of requests have none.
  if (url.includes('#')) throw problem('bad_request', { detail: 'The address has a fragment.' });
  const route = [method, routeOptions.url, routeVersionOf(request)];
  return JSON.stringify([...route, sorted(params), sorted(query), caller]);
}

function sorted(values: unknown): readonly [string, unknown][] {
  return Object.entries(values ?? {})
    .map(([name, value]): [string, unknown] => [name, normalized(value)])
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
}

function normalized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalized);
  return typeof value === 'string' && isUuidText(value) ? value.toLowerCase() : value;
}
