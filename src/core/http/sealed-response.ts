import { ServerResponse } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { problem } from '../errors/problem.js';
import { problemHeaders } from './answer-headers.js';
import { errorBodiesAt } from './error-bodies.js';
import type { Exit } from './exit.js';
import type { HeaderValue } from './header-ids.js';
import { carriesNumber } from './header-ids.js';
import { problemOf } from './problem-document.js';

const unchecked =
  'an answer was written past the checks, by a middleware, a hook or a hijacked reply. Answer from a handler, or name the path in the option `exempt` of DualIdModule with a reason.';
const numbered = (name: string) =>
  `the header ${name} carries a number where a public id is due. Send the public id, or mark the route with @Unshaped and a reason.`;

/** Headers that a browser needs to be allowed to read why a request failed. */
const kept = /^(?:access-control-|vary$)/;

type WriteHead = Parameters<ServerResponse['writeHead']>;

/** Node's response, of which nothing leaves before the exit has let it. */
export function sealedResponse(exit: Exit): typeof ServerResponse {
  return class extends SealedResponse {
    override get exit(): Exit {
      return exit;
    }
  } as unknown as typeof ServerResponse;
}

abstract class SealedResponse extends ServerResponse {
  abstract get exit(): Exit;
  #isLetOut: boolean | undefined;
  /** A head that may still turn out to have no body behind it. */
  #held: WriteHead | undefined;

  override writeHead(...head: unknown[]): this {
    if (this.#isLetOut === undefined) {
      const leave = this.exit.leaveOf(this, this.#url);
      if (leave === undefined) this.#held = head as unknown as WriteHead;
      else this.#decide(leave === 'checked' ? headersIn(head) : undefined);
    }
    return this.#isLetOut ? super.writeHead(...(head as unknown as WriteHead)) : this;
  }

  override flushHeaders(): void {
    if (this.#passes()) super.flushHeaders();
  }

  override write(...chunk: unknown[]): boolean {
    return this.#passes() ? super.write(...(chunk as Parameters<ServerResponse['write']>)) : true;
  }

  override end(...last: unknown[]): this {
    const [chunk] = last;
    const isEmpty = !chunk || typeof chunk === 'function' || (chunk as string).length === 0;
    if (!this.#passes(isEmpty)) return this;
    return super.end(...(last as Parameters<ServerResponse['end']>));
  }

  /** The address that was asked for: a middleware of one path sees what is behind it as `url`. */
  get #url(): string {
    const { url = '', originalUrl = url } = this.req as { originalUrl?: string } & IncomingMessage;
    return originalUrl;
  }

  /** Decides where nothing has yet, before the first byte. */
  #passes(isBodiless = false): boolean {
    if (this.#isLetOut !== undefined) return this.#isLetOut;
    const leave = this.exit.leaveOf(this, this.#url) ?? (isBodiless ? 'checked' : undefined);
    if (leave === undefined) this.#refuse(unchecked);
    else this.#decide(leave === 'checked' ? headersIn(this.#held ?? []) : undefined);
    if (this.#isLetOut && this.#held) super.writeHead(...this.#held);
    return this.#isLetOut!;
  }

  /** Looks at the headers, those of the head included, unless nothing is checked. */
  #decide(head: OutgoingHttpHeaders | undefined): void {
    const fault = head && (this.#faultIn(head) ?? this.#faultIn(this.getHeaders()));
    if (fault) this.#refuse(numbered(fault));
    else this.#isLetOut = true;
  }

  #faultIn(headers: OutgoingHttpHeaders): string | undefined {
    const { host } = this.req.headers;
    for (const name in headers) {
      if (carriesNumber(name, headers[name] as HeaderValue, host)) return name;
    }
    return undefined;
  }

  #refuse(why: string): void {
    this.#isLetOut = false;
    this.exit.report({ method: this.req.method ?? '', url: this.#url, why });
    const { mediaType, body } = errorBodiesAt(this).show(problemOf(problem('internal')));
    for (const name of this.getHeaderNames()) if (!kept.test(name)) this.removeHeader(name);
    super.writeHead(500, 'Internal Server Error', {
      ...problemHeaders,
      'content-type': `${mediaType}; charset=utf-8`,
      'content-length': Buffer.byteLength(body),
    });
    super.end(body);
  }
}

/** `writeHead(status, message?, headers?)`; headers may also be a list of names and values. */
function headersIn(head: readonly unknown[]): OutgoingHttpHeaders {
  const last = head.at(-1);
  if (typeof last !== 'object' || last === null) return {};
  if (!Array.isArray(last)) return last as OutgoingHttpHeaders;
  const flat = last.flat() as string[];
  const pairs = flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1]] as const] : []));
  return Object.fromEntries(pairs);
}
