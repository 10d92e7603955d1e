import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyServerOptions } from 'fastify';
import type { ErrorCode } from '../errors/error-codes.js';
import { problem } from '../errors/problem.js';
import { sendProblem } from './problem-document.js';

/**
 * Nest's Fastify adapter, which answers with a problem document even where Fastify refuses an
 * address before any route is found.
 */
export class DualIdFastifyAdapter extends FastifyAdapter {
  constructor(options: FastifyServerOptions = {}) {
    super({
      frameworkErrors: (error, _request, reply) => {
        const code: ErrorCode =
          error.code === 'FST_ERR_MAX_PARAM_LENGTH' ? 'uri_too_long' : 'bad_request';
        sendProblem(reply as never, problem(code));
      },
      ...options,
    });
  }
}
