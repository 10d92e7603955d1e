import type { FastifyRequest } from 'fastify';
import { problem } from '../../core/errors/problem.js';
import { routeVersionOf } from '../../core/http/route-version.js';
import type { IdempotencyOptions } from './idempotency.options.js';

/** Who asks, as the application says; an empty text where all callers are one. */
export function callerOf({ caller }: IdempotencyOptions, request: FastifyRequest): string {
  if (caller === 'everyone') return '';
  const named: unknown = caller?.(request);
  if (typeof named === 'string' && named !== '') return named;
  const { url } = request.routeOptions;
  const cause = new Error(
    `The option caller of IdempotencyModule names nobody for a request to ${request.method} ${url}. Return a text for every request, such as 'anonymous'.`,
  );
  throw problem('internal', { cause });
}

/**
 * Where a key counts: the route, the parsed parameters of its path and its query, and the caller.
 * However an address is spelled, it is the same.
 */
export function scopeOf(request: FastifyRequest, caller: string): string {
  const { method, routeOptions, url, params, query } = request;
  // Fastify takes a fragment for a part of the query, and no address of a request has one.
  if (url.includes('#')) throw problem('bad_request', { detail: 'The address has a fragment.' });
  const route = [method, routeOptions.url, routeVersionOf(request)];
  return JSON.stringify([...route, sorted(params), sorted(query), caller]);
}

function sorted(values: unknown): readonly [string, unknown][] {
  return Object.entries(values ?? {})
    .map(([name, value]): [string, unknown] => [name, normalized(value)])
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

function normalized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalized);
  return typeof value === 'string' && uuid.test(value) ? value.toLowerCase() : value;
}
