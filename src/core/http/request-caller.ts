import type { FastifyReply } from 'fastify';
import type { Caller } from '../database/caller.js';
import { onBehalfOf } from '../database/caller.js';
import type { RequestHook } from './hooks.js';

/** The client of a request, who is gone if the connection closes before the response is sent. */
class RequestCaller implements Caller {
  #callbacks: Set<() => void> | undefined;
  #hasWritten = false;

  /** A client that returns with its Idempotency-Key is never considered gone. */
  constructor(
    private readonly reply: FastifyReply,
    private readonly comesBack: boolean,
  ) {}

  /** Whether anything was committed for the request. */
  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  noteWrite(): void {
    this.#hasWritten = true;
  }

  onGone(callback: () => void): () => void {
    if (this.comesBack) return () => undefined;
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

const readOnlyMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a route's statements are worth cancelling: reads are short, and often shared. */
export function isCancellable(method: string): boolean {
  return !method.split(',').every((name) => readOnlyMethods.has(name));
}

/**
 * Runs the rest of the request for its client, who may return with a key if the route takes one.
 */
export function runForClient(takesKey: boolean): RequestHook {
  return (request, reply, done) => {
    const comesBack = takesKey && request.headers['idempotency-key'] !== undefined;
    onBehalfOf(new RequestCaller(reply, comesBack), done);
  };
}
