import { STATUS_CODES } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorCode } from '../errors/error-codes.js';
import { problem } from '../errors/problem.js';
import { problemHeaders } from './answer-headers.js';
import type { ErrorBodies } from './error-bodies.js';
import { problemOf } from './problem-document.js';

/** How long a refused client has to read the reason, in milliseconds. */
const lingering = 1_000;

/** Responds to bytes that Node could not parse as HTTP: all there is is a socket. */
export function refuseBytes(
  error: NodeJS.ErrnoException,
  socket: Socket,
  errors: ErrorBodies,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { _httpMessage: response } = socket as { _httpMessage?: ServerResponse };
  if (!socket.writable || response?.headersSent) return void socket.destroy();
  const refusal = problem(codeOfRefusal[error.code ?? ''] ?? 'bad_request');
  const { mediaType, body } = errors.show(problemOf(refusal));
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
    `Content-Type: ${mediaType}; charset=utf-8`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(problemHeaders).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  // A client that never closes its side would keep the connection open.
  setTimeout(() => socket.destroy(), lingering).unref();
}

const codeOfRefusal: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};
