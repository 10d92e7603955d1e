import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../database/caller.js';
import { currentCaller, onBehalfOf } from '../database/caller.js';
import type { DualIdError } from '../errors/dual-id-error.js';
import { problem } from '../errors/problem.js';

/** The client of a request, who is gone when the connection closes before the response is sent. */
class RequestCaller implements Caller {
  #callbacks: Set<() => void> | undefined;
  #hasWritten = false;

  /** A client that comes back with its Idempotency-Key is never taken for gone. */
  constructor(
    private readonly reply: FastifyReply,
    private readonly comesBack: boolean,
  ) {}

  /** True once something was committed for the request. */
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

const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether the statements of a route are worth cancelling: reads are short, and often shared. */
export function isCancellable(method: string): boolean {
  return !method.split(',').every((name) => safe.has(name));
}

/** Runs what follows on behalf of the client of the request. */
export function runForClient(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const comesBack = request.headers['idempotency-key'] !== undefined;
  onBehalfOf(new RequestCaller(reply, comesBack), done);
}

/** Codes that tell a client to send its request again, as if nothing had been done. */
const repeatable: ReadonlySet<string> = new Set([
  'unavailable',
  'overloaded',
  'concurrent_change',
  'locked',
]);

/** The error of a request as it is true once something was committed for it. */
export function afterWrites(error: DualIdError): DualIdError {
  const caller = currentCaller();
  const isUntrue = caller instanceof RequestCaller && caller.hasWritten;
  return isUntrue && repeatable.has(error.code)
    ? problem('outcome_unknown', { cause: error })
    : error;
}
