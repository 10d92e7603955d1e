import type { FastifyRequest } from 'fastify';
import type { Isolation } from '../../core/database/isolation.js';

/** Options of `IdempotencyModule.forRoot`. */
export interface IdempotencyOptions {
  /**
   * Who asks, so that two callers may use the same key. By default it is the Authorization
   * header.
   */
  readonly caller?: (request: FastifyRequest) => string | undefined;
}

/** Options of `@Idempotent()`. */
export interface IdempotentOptions {
  /** Isolation of the transaction that a request with a key runs in. Default READ COMMITTED. */
  readonly isolation?: Isolation;
}

/** Injection token of the options. */
export const IDEMPOTENCY_OPTIONS = Symbol('nest-dual-id:idempotency-options');
