import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyServerOptions } from 'fastify';
import { problem } from '../errors/problem.js';
import { sendProblem } from './problem-document.js';

/**
 * Nest's Fastify adapter, which answers with a problem document even where Fastify refuses an
 * address before any route is found.
 */
export class DualIdFastifyAdapter extends FastifyAdapter {
  constructor(options: FastifyServerOptions = {}) {
    super({ frameworkErrors: refuseAddress, ...options } as FastifyServerOptions);
  }
}

function refuseAddress(error: { readonly code: string }, _request: unknown, reply: FastifyReply) {
  sendProblem(
    reply,
    problem(error.code === 'FST_ERR_MAX_PARAM_LENGTH' ? 'uri_too_long' : 'bad_request'),
  );
}
