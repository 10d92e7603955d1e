import { STATUS_CODES } from 'node:http';
import type { ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest, FastifyServerOptions, RouteOptions } from 'fastify';
import type { ErrorCode } from '../errors/error-codes.js';
import { problem } from '../errors/problem.js';
import { checkJsonBytes } from './json-body.js';
import { problemMediaType, problemOf, sendProblem } from './problem-document.js';
import { sharedSerializers } from './shared-serializers.js';

/** How long a request may take to arrive, in milliseconds; Node looks at it every two seconds. */
const requestTime = 30_000;
const headersTime = 15_000;
const connectionsCheckingInterval = 2_000;
/** How long a refused client has to read why, in milliseconds. */
const lingering = 1_000;

type BodyParserArguments = Parameters<FastifyAdapter['useBodyParser']>;

/** What happens before anything of the application closes. */
interface Drain {
  /** Resolves when the load balancer had its time; requests are served as ever. */
  announce(): Promise<void>;
  /** Resolves when no request is under way. */
  drain(): Promise<void>;
}

/**
 * Nest's Fastify adapter, which answers with a problem document even where Fastify or Node refuse
 * a request before any route is found, and makes one serializer for each schema. A request has 30
 * seconds to arrive, and its headers have 15: `requestTimeout` and `http.headersTimeout` change it.
 */
export class DualIdFastifyAdapter extends FastifyAdapter {
  #drain: Drain | undefined;
  #meet: ((route: RouteOptions) => void) | undefined;
  /** Routes of which nobody wants to know yet. */
  readonly #early: RouteOptions[] = [];

  constructor(options: FastifyServerOptions & { readonly http?: ServerOptions } = {}) {
    const refusals = { frameworkErrors: refuseAddress, clientErrorHandler: refuseUnreadable };
    const schemaController = { compilersFactory: { buildSerializer: sharedSerializers } };
    super({
      ...refusals,
      schemaController,
      requestTimeout: requestTime,
      ...options,
      ...withTimeouts(options),
    } as FastifyServerOptions);
    this.getInstance().addHook('onRoute', (route) => {
      if (this.#meet) this.#meet(route);
      else this.#early.push(route);
    });
  }

  /** Shows every route as it is registered, and at once those that were there before. */
  meetRoutes(meet: (route: RouteOptions) => void): void {
    this.#meet = meet;
    for (const route of this.#early.splice(0)) meet(route);
  }

  /** Bodies of JSON are looked at before they are parsed, unless the parser is the application's. */
  override useBodyParser(...[type, rawBody, options, parser]: BodyParserArguments): void {
    const isJson = String(type).trim().toLowerCase() === 'application/json';
    if (parser || !isJson) return super.useBodyParser(type, rawBody, options, parser);
    const { onProtoPoisoning = 'error', onConstructorPoisoning = 'error' } =
      this.instance.initialConfig;
    const parse = this.instance.getDefaultJsonParser(onProtoPoisoning, onConstructorPoisoning);
    super.useBodyParser(type, rawBody, options, (request, body, done) => {
      checkJsonBytes(request as FastifyRequest, body);
      parse(request, body as never, done);
    });
  }

  /** Waits for this at every stop of the application, before its first hook runs. */
  drainWith(drain: Drain): void {
    this.#drain = drain;
  }

  override async beforeClose(): Promise<void> {
    await this.#drain?.announce();
    super.beforeClose();
    await this.#drain?.drain();
  }
}

/** The options of Node's own server, under whichever name Fastify takes them. */
function withTimeouts(options: FastifyServerOptions): object {
  const { http, https } = options as { http?: object; https?: object | boolean | null };
  // Node exchanges the two where the headers have more time than the whole request.
  const headersTimeout = Math.min(headersTime, options.requestTimeout || Infinity);
  const times = { headersTimeout, connectionsCheckingInterval };
  if (!https) return { http: { ...times, ...http } };
  return { https: { ...times, ...(https === true ? {} : https) } };
}

function refuseAddress(error: { readonly code: string }, _request: unknown, reply: FastifyReply) {
  const isLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
  sendProblem(reply, problem(isLong ? 'uri_too_long' : 'bad_request'));
}

/** Answers what is no HTTP request that Node could read: there is a socket and nothing else. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { _httpMessage: response } = socket as { _httpMessage?: ServerResponse };
  if (!socket.writable || response?.headersSent) return void socket.destroy();
  const refusal = problem(codeOfRefusal[error.code ?? ''] ?? 'bad_request');
  const body = JSON.stringify(problemOf(refusal));
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
    `Content-Type: ${problemMediaType}; charset=utf-8`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  // A client that never ends its side would keep the connection.
  setTimeout(() => socket.destroy(), lingering).unref();
}

const codeOfRefusal: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};
