import { ServerResponse } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { problem } from '../errors/problem.js';
import { problemHeaders } from './answer-headers.js';
import type { CheckedBody } from './checked-body.js';
import { errorBodiesAt } from './error-bodies.js';
import type { Exit } from './exit.js';
import { carriesNumber } from './header-ids.js';
import type { Head } from './head.js';
import { findHeader, headersIn } from './head.js';
import type { ExitState } from './leave.js';
import { checkedBody, leave } from './leave.js';
import { problemOf } from './problem-document.js';

const unchecked =
  'a response was written past the checks, by middleware, a hook or a hijacked reply. Respond from a handler, or list the path in the option `exempt` of DualIdModule with a reason.';
const numberedHeader = (name: string) =>
  `the header ${name} carries a number where a public id belongs. Send the public id, or mark the route with @Unshaped and a reason.`;

const isEncoding = /^content-encoding$/i;
/** Headers without which a browser may not read why a request failed. */
const keptHeaders = /^(?:access-control-|vary$)/;

/** Node's response; nothing leaves it until the exit allows it. */
export function sealedResponse(exit: Exit): typeof ServerResponse {
  return class extends SealedResponse {
    override get exit(): Exit {
      return exit;
    }
  } as unknown as typeof ServerResponse;
}

abstract class SealedResponse extends ServerResponse {
  abstract get exit(): Exit;
  [leave]: ExitState | undefined = undefined;
  [checkedBody]: CheckedBody | undefined = undefined;
  #isLetOut: boolean | undefined = undefined;
  /** Whether nothing but the checked body may be sent. */
  #isHeldToBody = false;
  /** A head that may still turn out to have no body, or the one that was checked. */
  #held: Head | undefined = undefined;

  override writeHead(status: number, reason?: unknown, headers?: unknown): this {
    const head = { status, reason, headers };
    if (this.#isLetOut === undefined) {
      const way = this.exit.leaveOf(this, this.#url);
      if (way === undefined) this.#held = head;
      else this.#decide(way === 'checked', head);
    }
    return this.#isLetOut ? this.#send(head) : this;
  }

  override flushHeaders(): void {
    if (this.#passes(this[checkedBody] !== undefined)) super.flushHeaders();
  }

  override write(...given: unknown[]): boolean {
    if (this.#lets(given[0])) return super.write(...(given as Parameters<ServerResponse['write']>));
    // As after a client has left: a writer that waits for its turn stops, and no loop goes on.
    const callback = callbackIn(given);
    if (callback) process.nextTick(callback, problem('internal'));
    return false;
  }

  override end(chunk?: unknown, encoding?: unknown, callback?: unknown): this {
    const isEmpty = !chunk || typeof chunk === 'function' || (chunk as string).length === 0;
    if (isEmpty ? this.#passes(true) : this.#lets(chunk)) {
      return super.end(chunk, encoding as never, callback as never);
    }
    const whenSent = callbackIn([chunk, encoding, callback]);
    if (whenSent && this.writableFinished) process.nextTick(whenSent);
    else if (whenSent) this.once('finish', whenSent);
    return this;
  }

  /** Hints are sent at once: those with an internal id are left out. */
  override writeEarlyHints(hints: Record<string, string | string[]>, callback?: () => void): void {
    if (this.#mayAdd(hints)) super.writeEarlyHints(hints, callback);
    else if (callback) process.nextTick(callback);
  }

  override addTrailers(trailers: OutgoingHttpHeaders | readonly [string, string][]): void {
    if (this.#mayAdd(trailers)) super.addTrailers(trailers as OutgoingHttpHeaders);
  }

  /** The requested address: middleware mounted on a path sees only the rest of it as `url`. */
  get #url(): string {
    const { url = '', originalUrl = url } = this.req as { originalUrl?: string } & IncomingMessage;
    return originalUrl;
  }

  /** Whether a part of the body may be sent. */
  #lets(chunk: unknown): boolean {
    if (this.#isLetOut === undefined) return this.#passes(this.#isOfBody(chunk));
    if (!this.#isLetOut || !this.#isHeldToBody || this.#isOfBody(chunk)) return this.#isLetOut;
    // The head has left, so that only the end of the connection informs the client.
    this.#isLetOut = false;
    this.#report(unchecked);
    this.destroy();
    return false;
  }

  /** Whether this belongs to the body that was checked, or may be its compressed form. */
  #isOfBody(chunk: unknown): boolean {
    const body = this[checkedBody];
    return (
      body !== undefined && (body.takes(chunk) || (typeof chunk !== 'string' && this.#isEncoded()))
    );
  }

  #isEncoded(): boolean {
    if (this.hasHeader('content-encoding')) return true;
    const inHead = this.#held && headersIn(this.#held);
    return findHeader(inHead, (name) => isEncoding.test(name)) !== undefined;
  }

  /** Decides if nothing has decided yet, before the first byte. */
  #passes(isHarmless: boolean): boolean {
    if (this.#isLetOut !== undefined) return this.#isLetOut;
    const way = this.exit.leaveOf(this, this.#url);
    this.#isHeldToBody = way === undefined;
    if (way === undefined && !isHarmless) this.#refuse(unchecked);
    else this.#decide(way !== 'unchecked', this.#held);
    if (this.#isLetOut && this.#held) this.#sendHeld(this.#held);
    return this.#isLetOut!;
  }

  /** Whether headers before or after the head may be sent; what is wrong with them is logged. */
  #mayAdd(headers: unknown): boolean {
    if (this.exit.leaveOf(this, this.#url) === 'unchecked') return true;
    const fault = this.#faultIn(headers);
    if (fault !== undefined) this.#report(numberedHeader(fault));
    return fault === undefined;
  }

  /** Checks the headers, including those of the head, unless the response is unchecked. */
  #decide(isChecked: boolean, head: Head | undefined): void {
    const fault = isChecked
      ? (this.#faultIn(head && headersIn(head)) ?? this.#faultInOwn())
      : undefined;
    if (fault === undefined) this.#isLetOut = true;
    else this.#refuse(numberedHeader(fault));
  }

  #faultIn(headers: unknown): string | undefined {
    const { host } = this.req.headers;
    return findHeader(headers, (name, value) => carriesNumber(name, value, host));
  }

  #faultInOwn(): string | undefined {
    const { host } = this.req.headers;
    const names = this.getHeaderNames();
    return names.find((name) => carriesNumber(name, this.getHeader(name), host));
  }

  #send({ status, reason, headers }: Head): this {
    try {
      return super.writeHead(status, reason as string, headers as OutgoingHttpHeaders);
    } catch (error) {
      // Nothing has left: what is sent instead is checked as well.
      if (!this.headersSent) this.#isLetOut = undefined;
      throw error;
    }
  }

  /** Whoever ends a response does not expect its head to be refused by Node. */
  #sendHeld(head: Head): void {
    try {
      this.#send(head);
    } catch (error) {
      // Node has noted that a 204 has no body; the refusal has one.
      Object.assign(this, { _hasBody: this.req.method !== 'HEAD' });
      this.#refuse(`its head is invalid: ${(error as Error).message}`);
    }
  }

  #report(why: string): void {
    this.exit.report({ method: this.req.method ?? '', url: this.#url, why });
  }

  #refuse(why: string): void {
    this.#isLetOut = false;
    this.#report(why);
    const { mediaType, body } = errorBodiesAt(this).show(problemOf(problem('internal')));
    for (const name of this.getHeaderNames()) if (!keptHeaders.test(name)) this.removeHeader(name);
    super.writeHead(500, 'Internal Server Error', {
      ...problemHeaders,
      'content-type': `${mediaType}; charset=utf-8`,
      'content-length': Buffer.byteLength(body),
    });
    super.end(body);
  }
}

/** The callback of `write` or `end`, which may be any of their arguments. */
function callbackIn(given: readonly unknown[]): ((error?: Error) => void) | undefined {
  return given.find((one) => typeof one === 'function') as ReturnType<typeof callbackIn>;
}
