import type { FastifyRequest } from 'fastify';
import { relationNameOf } from '../../core/ids/id-names.js';

/**
 * What a request is likely to lock: the entity in its path, or else the first one in its body.
 * Requests for one entity wait for each other, and should leave connections to the others.
 */
export function contentionKey({ params, body }: FastifyRequest): string | undefined {
  return firstText(Object.values((params ?? {}) as object)) ?? firstText(referencesIn(body));
}

function referencesIn(body: unknown): readonly unknown[] {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([name, value]) => (relationNameOf(name) ? [value] : []));
}

function firstText(values: readonly unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string')?.toLowerCase();
}
