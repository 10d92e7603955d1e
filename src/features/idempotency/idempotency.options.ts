import type { FastifyRequest } from 'fastify';

/** Options of `IdempotencyModule.forRoot`. */
export interface IdempotencyOptions {
  /**
   * Who asks, so that two callers may use the same key. By default it is the Authorization
   * header.
   */
  readonly caller?: (request: FastifyRequest) => string | undefined;
}

/** Injection token of the options. */
export const IDEMPOTENCY_OPTIONS = Symbol('nest-dual-id:idempotency-options');
