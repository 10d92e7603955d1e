import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyServerOptions } from 'fastify';
import { problem } from '../errors/problem.js';
import { problemMediaType, problemOf, sendProblem } from './problem-document.js';
import { sharedSerializers } from './shared-serializers.js';

/**
 * Nest's Fastify adapter, which answers with a problem document even where Fastify or Node refuse
 * a request before any route is found, and makes one serializer for each schema.
 */
export class DualIdFastifyAdapter extends FastifyAdapter {
  constructor(options: FastifyServerOptions = {}) {
    const refusals = { frameworkErrors: refuseAddress, clientErrorHandler: refuseUnreadable };
    const schemaController = { compilersFactory: { buildSerializer: sharedSerializers } };
    super({ ...refusals, schemaController, ...options } as FastifyServerOptions);
  }
}

function refuseAddress(error: { readonly code: string }, _request: unknown, reply: FastifyReply) {
  const isLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
  sendProblem(reply, problem(isLong ? 'uri_too_long' : 'bad_request'));
}

/** Answers what is no HTTP request that Node could read: there is a socket and nothing else. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (!socket.writable) return void socket.destroy();
  const isLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const refusal = problem(isLarge ? 'headers_too_large' : 'bad_request');
  const body = JSON.stringify(problemOf(refusal));
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
    `Content-Type: ${problemMediaType}; charset=utf-8`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
