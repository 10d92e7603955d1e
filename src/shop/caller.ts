import type { FastifyRequest } from 'fastify';

/**
 * On whose behalf a request to the shop is made. The shop has no login, so this is the user whose
 * order is placed, or the cart that is checked out: two of them may use the same Idempotency-Key.
 */
export function callerOf({ params, body }: FastifyRequest): string {
  const { userUuid, cartUuid } = { ...(body as object), ...(params as object) } as NamedOwner;
  return String(userUuid ?? cartUuid ?? 'nobody').toLowerCase();
}

interface NamedOwner {
  readonly userUuid?: unknown;
  readonly cartUuid?: unknown;
}
