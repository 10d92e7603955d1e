import type { FastifyRequest } from 'fastify';
import type { Isolation } from '../../core/database/isolation.js';

/** Options of `IdempotencyModule.forRoot`. */
export interface IdempotencyOptions {
  /**
   * Identifies the caller by a text that stays the same when a token is renewed or a session is
   * restarted: for instance, the user's public id. A key counts for one caller only. It runs after
   * the guards, so that it can use what they put on the request. With `'everyone'`, all callers are
   * one, so that anyone who knows a key gets its response. Required if a route is `@Idempotent()`.
   */
  readonly caller?: ((request: FastifyRequest) => string) | 'everyone';
  /**
   * Public ids of people that a response is about without naming them: their public id is neither
   * in the address, the caller and the body of the request nor in the response. None by default.
   */
  readonly about?: (request: FastifyRequest, answer: unknown) => readonly string[];
}

/** Options of `@Idempotent()`. */
export interface IdempotentOptions {
  /** Isolation level of the transaction of a request with a key. Default READ COMMITTED. */
  readonly isolation?: Isolation;
}

/** Injection token of the options. */
export const IDEMPOTENCY_OPTIONS = Symbol('nest-dual-id:idempotency-options');
