import { connect } from 'node:net';
import type { ClientBase } from 'pg';

/** What a client knows about its server and the backend serving it. */
interface Served {
  readonly host: string;
  readonly port: number;
  readonly processID: number | null;
  readonly secretKey: number | null;
}

const cancelCode = 80_877_102;
/** A server that takes longer is in no state to cancel anything. */
const maxMilliseconds = 1_000;

/**
 * Asks the server to cancel a connection's current work, and waits until the request was received.
 * See "Canceling Requests in Progress" in PostgreSQL's protocol; a pooler passes the request on.
 */
export function sendCancelRequest(client: ClientBase): Promise<void> {
  const { host, port, processID, secretKey } = client as unknown as Served;
  if (processID === null || secretKey === null) return Promise.resolve();
  return new Promise((resolve) => {
    const request = cancelRequest(processID, secretKey);
    const isSocket = host.startsWith('/');
    const socket = connect(isSocket ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
    socket.setTimeout(maxMilliseconds, () => socket.destroy());
    // If the request does not arrive, the statement runs to its own limit.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.on('connect', () => socket.end(request));
    socket.resume();
  });
}

function cancelRequest(processID: number, secretKey: number): Buffer {
  const request = Buffer.alloc(16);
  request.writeInt32BE(request.length, 0);
  request.writeInt32BE(cancelCode, 4);
  request.writeInt32BE(processID, 8);
  request.writeInt32BE(secretKey, 12);
  return request;
}
