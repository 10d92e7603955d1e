import { STATUS_CODES } from 'node:http';
import type { ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifyServerOptions,
  RouteOptions,
} from 'fastify';
import type { ErrorCode } from '../errors/error-codes.js';
import { problem } from '../errors/problem.js';
import type { ErrorBodies } from './error-bodies.js';
import { errorBodiesAt, useErrorBodies } from './error-bodies.js';
import { Exit } from './exit.js';
import { codeOfStatus } from './http-exception.js';
import { AllowedMethods } from './allowed-methods.js';
import type { RouterOptions } from './allowed-methods.js';
import { problemHeaders } from './answer-headers.js';
import { checkJsonBytes } from './json-body.js';
import { letOut } from './leave.js';
import type { CorsOptions } from './preflights.js';
import { forPreflightsOnly } from './preflights.js';
import { problemOf, sendProblem } from './problem-document.js';
import { sealedResponse } from './sealed-response.js';
import type { gateOf } from './request-gate.js';

/** How long a request may take to arrive, in milliseconds; Node looks at it every two seconds. */
const requestTime = 30_000;
const headersTime = 15_000;
const connectionsCheckingInterval = 2_000;
/** How long a refused client has to read why, in milliseconds. */
const lingering = 1_000;

type Gate = ReturnType<typeof gateOf>;
type Asked = [request: FastifyRequest, reply: FastifyReply];
type Handler = (this: FastifyInstance, ...asked: Asked) => unknown;
type NotFoundHandler = Parameters<FastifyAdapter['setNotFoundHandler']>[0];
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
 * a request before any route is found. A request has 30 seconds to arrive, and its headers have
 * 15: `requestTimeout` and `http.headersTimeout` change it.
 */
export class DualIdFastifyAdapter extends FastifyAdapter {
  static {
    // Packages such as @nestjs/serve-static know Fastify by the name of this class.
    Object.defineProperty(this, 'name', { value: FastifyAdapter.name });
  }

  /** What leaves, leaves through here. */
  readonly exit: Exit;
  #drain: Drain | undefined;
  #meet: ((route: RouteOptions) => void) | undefined;
  /** Routes of which nobody wants to know yet. */
  readonly #early: RouteOptions[] = [];
  #gate: Gate | undefined;
  readonly #methods: AllowedMethods;
  readonly #response: ReturnType<typeof sealedResponse>;

  constructor(options: FastifyServerOptions & { readonly http?: ServerOptions } = {}) {
    const exit = new Exit();
    const response = sealedResponse(exit);
    const refusals = {
      frameworkErrors: refuseAddress,
      clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) =>
        refuseUnreadable(error, socket, errorBodiesAt(response.prototype)),
    };
    super({
      ...refusals,
      requestTimeout: requestTime,
      ...options,
      ...withServerOptions(options, response),
    } as FastifyServerOptions);
    this.exit = exit;
    this.#response = response;
    this.getInstance().addHook('onSend', exit.noteAnswer);
    this.#methods = new AllowedMethods(routerOptions(options));
    this.getInstance().addHook('onRequest', (request, reply, done) => {
      if (this.#gate) this.#gate(request, reply, done);
      else done();
    });
    // Behind the middleware of the application, and before a body is read that nobody takes.
    this.getInstance().addHook('preParsing', (request, reply, _payload, done) => {
      if (!request.is404 || !this.#methods.answer(request, reply)) done();
    });
    this.getInstance().addHook('onRoute', (route) => {
      this.#methods.add(route);
      if (this.#meet) this.#meet(route);
      else this.#early.push(route);
    });
  }

  /** Shows every route as it is registered, and at once those that were there before. */
  meetRoutes(meet: (route: RouteOptions) => void): void {
    this.#meet = meet;
    for (const route of this.#early.splice(0)) meet(route);
  }

  /** Lets every request through this, before the middleware of the application. */
  guardWith(gate: Gate): void {
    this.#gate = gate;
  }

  /** OPTIONS that is no preflight is answered as without CORS. */
  override enableCors(options?: CorsOptions): void {
    super.enableCors(forPreflightsOnly(options));
  }

  /** A path that exists under another method is 405. */
  override setNotFoundHandler(
    handler: NotFoundHandler,
  ): ReturnType<FastifyAdapter['setNotFoundHandler']> {
    const methods = this.#methods;
    return super.setNotFoundHandler(function (this: FastifyInstance, ...asked: Asked) {
      return methods.answer(...asked) ? asked[1] : (handler as Handler).apply(this, asked);
    });
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

  /** Shows errors in this form from now on. */
  useErrors(bodies: ErrorBodies): void {
    useErrorBodies(this.getInstance(), bodies);
    useErrorBodies(this.#response.prototype, bodies);
  }

  /**
   * A filter that extends Nest's `BaseExceptionFilter`, to observe, leaves the answer to Nest,
   * whose body becomes the problem of its status.
   */
  override reply(response: FastifyReply, body: unknown, statusCode?: number): FastifyReply {
    if (!('raw' in response) || !isAnswerOfNest(body, statusCode)) {
      return super.reply(response as never, body, statusCode) as never;
    }
    const code = codeOfStatus[statusCode!] ?? (statusCode! < 500 ? 'bad_request' : 'internal');
    sendProblem(response, problem(code));
    return response;
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
function withServerOptions(
  options: FastifyServerOptions,
  response: ReturnType<typeof sealedResponse>,
): object {
  const { http, https } = options as { http?: object; https?: object | boolean | null };
  // Node exchanges the two where the headers have more time than the whole request.
  const headersTimeout = Math.min(headersTime, options.requestTimeout || Infinity);
  const times = { headersTimeout, connectionsCheckingInterval };
  const sealed = { ServerResponse: response };
  if (!https) return { http: { ...times, ...http, ...sealed } };
  return { https: { ...times, ...(https === true ? {} : https), ...sealed } };
}

/** Nest's own body of an error: `{ statusCode, message }`, in which a message may quote anything. */
function isAnswerOfNest(body: unknown, status: number | undefined): boolean {
  if (status === undefined || status < 400 || typeof body !== 'object' || body === null)
    return false;
  const names = Object.keys(body);
  return names.includes('message') && names.every((name) => ownNamesOfNest.has(name));
}

const ownNamesOfNest: ReadonlySet<string> = new Set([
  'statusCode',
  'message',
  'error',
  'errorCode',
]);

function routerOptions(options: FastifyServerOptions): RouterOptions {
  const { routerOptions: inner = {} } = options as { routerOptions?: RouterOptions };
  const { caseSensitive, ignoreTrailingSlash, ignoreDuplicateSlashes, maxParamLength } = {
    ...(options as RouterOptions),
    ...inner,
  };
  const chosen = { caseSensitive, ignoreTrailingSlash, ignoreDuplicateSlashes, maxParamLength };
  return Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
}

function refuseAddress(error: { readonly code: string }, _request: unknown, reply: FastifyReply) {
  const isLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
  // No hook runs for what no route was found for.
  letOut(reply.raw);
  sendProblem(reply, problem(isLong ? 'uri_too_long' : 'bad_request'));
}

/** Answers what is no HTTP request that Node could read: there is a socket and nothing else. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket, errors: ErrorBodies): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { _httpMessage: response } = socket as { _httpMessage?: ServerResponse };
  if (!socket.writable || response?.headersSent) return void socket.destroy();
  const refusal = problem(codeOfRefusal[error.code ?? ''] ?? 'bad_request');
  const { mediaType, body } = errors.show(problemOf(refusal));
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
    `Content-Type: ${mediaType}; charset=utf-8`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(problemHeaders).map(([name, value]) => `${name}: ${value}`),
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
