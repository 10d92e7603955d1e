import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../database/caller.js';
import { onBehalfOf } from '../database/caller.js';

/** The client of a request, who is gone when the connection closes before the response is sent. */
class RequestCaller implements Caller {
  #callbacks: Set<() => void> | undefined;

  constructor(private readonly reply: FastifyReply) {}

  onGone(callback: () => void): () => void {
    const { raw } = this.reply;
    if (raw.destroyed && !raw.writableFinished) queueMicrotask(callback);
    const callbacks = this.#listen();
    callbacks.add(callback);
    return () => callbacks.delete(callback);
  }

  #listen(): Set<() => void> {
    if (this.#callbacks) return this.#callbacks;
    const callbacks = new Set<() => void>();
    const { raw } = this.reply;
    raw.once('close', () => {
      if (!raw.writableFinished) for (const call of callbacks) call();
    });
    this.#callbacks = callbacks;
    return callbacks;
  }
}

const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether the statements of a route are worth cancelling: reads are short, and often shared. */
export function isCancellable(method: string): boolean {
  return !method.split(',').every((name) => safe.has(name));
}

/**
 * Runs what follows on behalf of the client. A request with an Idempotency-Key goes on without
 * its client, who comes back for the outcome.
 */
export function runForClient(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  if (request.headers['idempotency-key'] !== undefined) done();
  else onBehalfOf(new RequestCaller(reply), done);
}
