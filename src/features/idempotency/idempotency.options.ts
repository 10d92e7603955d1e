import type { FastifyRequest } from 'fastify';
import type { Isolation } from '../../core/database/isolation.js';

/** Options of `IdempotencyModule.forRoot`. */
export interface IdempotencyOptions {
  /**
   * Who asks, as a text that stays the same when a token is renewed or a session begins again: the
   * public id of the user, for instance. A key counts for one caller only. It runs behind the
   * guards, so that what they put on the request is there. `'everyone'` says that all callers are
   * one, so that whoever knows a key gets its answer. Required where a route is `@Idempotent()`.
   */
  readonly caller?: ((request: FastifyRequest) => string) | 'everyone';
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
