import type { ArgumentsHost } from '@nestjs/common';
import { throwError } from 'rxjs';
import { clientError } from '../errors/client-error.js';
import type { DualIdError } from '../errors/dual-id-error.js';
import { problemOf } from './problem-document.js';

/** A gateway client, whichever package serves it. */
interface SocketClient {
  emit?(event: string, data: unknown): void;
  send?(text: string): void;
}

/**
 * Reports errors outside HTTP in the form each transport uses: a message handler gets a failed
 * stream, a gateway client the event `exception`, and anything else gets the error returned.
 */
export function answerElsewhere(
  error: DualIdError,
  exception: unknown,
  host: ArgumentsHost,
): unknown {
  const body = problemOf(error);
  switch (host.getType()) {
    case 'rpc':
      return throwError(() => ownErrorOf(exception) ?? body);
    case 'ws':
      return tell(host.switchToWs().getClient<SocketClient>(), body);
    default:
      return clientError(error);
  }
}

/** The error that an `RpcException` or `WsException` was made of: no client should read that. */
export function wrappedError(exception: unknown): Error | undefined {
  const { getError } = (exception ?? {}) as { readonly getError?: unknown };
  const own: unknown = typeof getError === 'function' ? getError.call(exception) : undefined;
  return own instanceof Error ? own : undefined;
}

/** An `RpcException` is thrown for the client of a handler to read. */
function ownErrorOf(exception: unknown): unknown {
  const { getError } = (exception ?? {}) as { readonly getError?: unknown };
  if (typeof getError !== 'function') return undefined;
  const own: unknown = getError.call(exception);
  return typeof own === 'string' ? { status: 'error', message: own } : own;
}

function tell(client: SocketClient, body: object): void {
  // A socket of the package ws has both, and its emit is Node's own.
  if (typeof client.send === 'function' && !isSocketIo(client)) {
    return client.send(JSON.stringify({ event: 'exception', data: body }));
  }
  client.emit?.('exception', body);
}

function isSocketIo(client: SocketClient): boolean {
  return 'handshake' in client;
}
