import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** A connection of HTTP on which a test writes bytes of its own. */
export interface RawConnection {
  readonly socket: Socket;
  /** Everything that arrived so far. */
  text(): string;
  /** Resolves when the connection is over, whoever ended it, with what had arrived. */
  readonly ended: Promise<string>;
}

/** Opens a connection and writes to it. */
export async function rawConnection(url: string, bytes: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname === 'localhost' ? '127.0.0.1' : hostname);
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  // A reset is one of the ways in which a connection can end for a test.
  socket.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(bytes);
  return { socket, text: () => text, ended };
}

/** A request whose body is announced but never sent. */
export const halfSent = (path: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"first`;
