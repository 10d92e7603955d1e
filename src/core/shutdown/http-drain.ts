import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server, Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Knows the requests in progress and the connections of an HTTP server, so that it can wait for the
 * former and end the latter. It does not wait for idle connections.
 */
export class HttpDrain {
  readonly #sockets = new Set<Socket>();
  readonly #open = new Set<ServerResponse>();
  #isLeaving = false;
  #onIdle: (() => void) | undefined;

  constructor(private readonly fastify: FastifyInstance) {
    fastify.server.on('connection', (socket: Socket) => this.#meet(socket));
    fastify.addHook('onRequest', ({ raw }, reply, done) => {
      this.#follow(raw, reply.raw);
      done();
    });
  }

  /** Whether new connections are accepted. */
  get isListening(): boolean {
    return this.fastify.server.listening;
  }

  /** From now on every response closes its connection, including those of requests in progress. */
  leave(): void {
    this.#isLeaving = true;
    for (const response of this.#open) sayClose(response);
  }

  /** Stops accepting connections, and ends the idle ones. */
  stopListening(): void {
    const { server } = this.fastify;
    // HTTP's own close would also stop the `requestTimeout` timer, which ends half-sent bodies.
    if (server.listening) Server.prototype.close.call(server);
    // Fastify passes this on to the servers it opened for the other addresses of localhost.
    server.unref();
    server.closeIdleConnections?.();
  }

  /** Waits until no request is in progress; returns how many still are when the time is over. */
  async idle(milliseconds: number): Promise<number> {
    // Requests that have already reached this machine are read first.
    await new Promise(setImmediate);
    if (this.#open.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#onIdle = undefined;
    }
    return this.#open.size;
  }

  /** Ends every connection: immediately if a request is in progress, otherwise once all is sent. */
  cut(): void {
    const busy = new Set([...this.#open].map(({ socket }) => socket));
    for (const socket of this.#sockets) {
      if (busy.has(socket)) socket.destroy();
      else socket.destroySoon();
    }
  }

  #meet(socket: Socket): void {
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #follow({ socket }: IncomingMessage, response: ServerResponse): void {
    // An injected request has no connection and may never close.
    if (!(socket instanceof Socket)) return;
    this.#meet(socket);
    this.#open.add(response);
    if (this.#isLeaving) sayClose(response);
    response.once('close', () => {
      this.#open.delete(response);
      if (this.#open.size === 0) this.#onIdle?.();
    });
  }
}

/** HTTP/2 has no such header; its connections end with the drain. */
function sayClose(response: ServerResponse): void {
  const isHttp1 = response.req.httpVersionMajor === 1;
  if (isHttp1 && !response.headersSent) response.setHeader('Connection', 'close');
}
