import type { FastifyRequest } from 'fastify';

/**
 * Whom a request to the shop acts for. The shop has no log-in, so that this is the user whose order
 * is placed, or the cart that is checked out: two of them may use the same Idempotency-Key.
 */
export function callerOf({ params, body }: FastifyRequest): string {
  const { userUuid, cartUuid } = { ...(body as object), ...(params as object) } as Named;
  return String(userUuid ?? cartUuid ?? 'nobody').toLowerCase();
}

interface Named {
  readonly userUuid?: unknown;
  readonly cartUuid?: unknown;
}
