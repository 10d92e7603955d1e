import type { FastifyReply, FastifyRequest } from 'fastify';
import { notedPrincipal } from '../../core/http/noted-principal.js';
import type { Trace } from './trace.js';

/** A request and its response, once nothing more is sent. */
export interface Exchange {
  readonly requestId: string;
  readonly trace: Trace | undefined;
  readonly method: string;
  /** The address of the route with its parameters by name; undefined where there is no route. */
  readonly route: string | undefined;
  /** Undefined if the client left before there was one. */
  readonly status: number | undefined;
  readonly milliseconds: number;
  /** The length of the body that was sent; undefined if it was not known beforehand. */
  readonly bytes: number | undefined;
  readonly keyUuid: string | undefined;
  readonly principalUuid: string | undefined;
  /** Whether the connection closed before the whole response was sent. */
  readonly isAborted: boolean;
}

/** What is known of a request when it arrives. */
export type Arrived = Pick<Exchange, 'requestId' | 'trace'>;

/** Calls back once, when a response was sent or cannot be any more. */
export function whenOver(
  request: FastifyRequest,
  reply: FastifyReply,
  arrived: Arrived,
  over: (exchange: Exchange) => void,
): void {
  const start = performance.now();
  const { raw } = reply;
  const end = (isAborted: boolean): void => {
    raw.off('finish', finish);
    raw.off('close', close);
    const milliseconds = performance.now() - start;
    over({ ...arrived, ...outcomeOf(request, reply, isAborted), milliseconds });
  };
  const finish = (): void => end(false);
  const close = (): void => end(!raw.writableFinished);
  // A response to an injected request may never close.
  raw.once('finish', finish);
  raw.once('close', close);
}

function outcomeOf(request: FastifyRequest, reply: FastifyReply, isAborted: boolean) {
  const { raw } = reply;
  const principal = notedPrincipal(request);
  return {
    method: request.method,
    route: request.is404 ? undefined : request.routeOptions.url,
    status: raw.headersSent ? raw.statusCode : undefined,
    bytes: isAborted ? undefined : bodyLength(request, reply),
    keyUuid: principal?.keyUuid,
    principalUuid: principal?.uuid ?? undefined,
    isAborted,
  };
}

function bodyLength({ method }: FastifyRequest, reply: FastifyReply): number | undefined {
  const { statusCode } = reply.raw;
  if (method === 'HEAD' || statusCode === 204 || statusCode === 304) return 0;
  const length = reply.raw.getHeader('content-length') ?? reply.getHeader('content-length');
  return length === undefined ? undefined : Number(length);
}
