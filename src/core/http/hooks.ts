import type { FastifyReply, FastifyRequest } from 'fastify';

/** A Fastify hook that runs before the handler. */
export type RequestHook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;

/** A Fastify hook that sees what is sent, and may replace it or fail. */
export type SendHook<Reply = FastifyReply> = (
  request: FastifyRequest,
  reply: Reply,
  payload: unknown,
  done: (error: Error | null, payload?: unknown) => void,
) => void;
