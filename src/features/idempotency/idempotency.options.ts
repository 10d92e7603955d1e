import type { FastifyRequest } from 'fastify';
import type { Isolation } from '../../core/database/isolation.js';

/** Options of `IdempotencyModule.forRoot`. */
export interface IdempotencyOptions {
  /**
   * Who asks, so that two callers may use the same key. By default it is the Authorization
   * header.
   */
  readonly caller?: (request: FastifyRequest) => string | undefined;
  /**
   * Public ids of people that an answer tells of without naming them: neither the address, the
   * caller and the body of the request nor the answer has their public id. By default none.
   */
  readonly about?: (request: FastifyRequest, answer: unknown) => readonly string[];
}

/** Options of `@Idempotent()`. */
export interface IdempotentOptions {
  /** Isolation of the transaction that a request with a key runs in. Default READ COMMITTED. */
  readonly isolation?: Isolation;
}

/** Injection token of the options. */
export const IDEMPOTENCY_OPTIONS = Symbol('nest-dual-id:idempotency-options');
