import type { ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifyServerOptions,
  RouteOptions,
} from 'fastify';
import { problem } from '../errors/problem.js';
import type { ErrorBodies } from './error-bodies.js';
import { errorBodiesAt, useErrorBodies } from './error-bodies.js';
import { Exit } from './exit.js';
import { codeOfStatus } from './http-exception.js';
import { AllowedMethods } from './allowed-methods.js';
import type { RouterOptions } from './allowed-methods.js';
import { checkJsonBytes } from './json-body.js';
import { letOut } from './leave.js';
import type { CorsOptions } from './preflights.js';
import { forPreflightsOnly } from './preflights.js';
import { sendProblem } from './problem-document.js';
import { refuseBytes } from './refused-bytes.js';
import { sealedResponse } from './sealed-response.js';
import type { gateOf } from './request-gate.js';

/** How long a request may take to arrive, in milliseconds; Node checks it every two seconds. */
const requestTime = 30_000;
const headersTime = 15_000;
const connectionsCheckingInterval = 2_000;

type Gate = ReturnType<typeof gateOf>;
type RequestAndReply = [request: FastifyRequest, reply: FastifyReply];
type Handler = (this: FastifyInstance, ...asked: RequestAndReply) => unknown;
type NotFoundHandler = Parameters<FastifyAdapter['setNotFoundHandler']>[0];
type BodyParserArguments = Parameters<FastifyAdapter['useBodyParser']>;

/** Sees a request before the application does. */
export type Arrival = (...asked: RequestAndReply) => void;

/** What happens before any part of the application closes. */
interface Drain {
  /** Resolves once the load balancer has had its time; requests are served as usual. */
  announce(): Promise<void>;
  /** Resolves when no request is in progress. */
  drain(): Promise<void>;
}

/**
 * Nest's Fastify adapter, which sends a problem document even where Fastify or Node refuse a
 * request before any route is found. A request has 30 seconds to arrive, and its headers have 15;
 * `requestTimeout` and `http.headersTimeout` change that.
 */
export class DualIdFastifyAdapter extends FastifyAdapter {
  static {
    // Packages such as @nestjs/serve-static recognize Fastify by this class name.
    Object.defineProperty(this, 'name', { value: FastifyAdapter.name });
  }

  /** Every response leaves through here. */
  readonly exit: Exit;
  /** Whether Fastify itself logs every request, with its address. */
  readonly logsRequests: boolean;
  readonly #arrival: { meet?: Arrival };
  #drain: Drain | undefined;
  #meet: ((route: RouteOptions) => void) | undefined;
  /** Routes registered before anyone listens for them. */
  readonly #early: RouteOptions[] = [];
  #gate: Gate | undefined;
  readonly #methods: AllowedMethods;
  readonly #response: ReturnType<typeof sealedResponse>;

  constructor(options: FastifyServerOptions & { readonly http?: ServerOptions } = {}) {
    const exit = new Exit();
    const response = sealedResponse(exit);
    const arrival: { meet?: Arrival } = {};
    const refusals = {
      frameworkErrors: (error: { readonly code: string }, ...asked: RequestAndReply) => {
        arrival.meet?.(...asked);
        refuseAddress(error, asked[1]);
      },
      clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) =>
        refuseBytes(error, socket, errorBodiesAt(response.prototype)),
    };
    super({
      ...refusals,
      requestTimeout: requestTime,
      ...options,
      ...withServerOptions(options, response),
    } as FastifyServerOptions);
    this.exit = exit;
    this.logsRequests = logsRequests(options);
    this.#arrival = arrival;
    this.#response = response;
    this.getInstance().addHook('onSend', exit.noteAnswer);
    this.#methods = new AllowedMethods(routerOptions(options));
    this.getInstance().addHook('onRequest', (request, reply, done) => {
      arrival.meet?.(request, reply);
      if (this.#gate) this.#gate(request, reply, done);
      else done();
    });
    // After the application's middleware, and before a body that nothing accepts is read.
    this.getInstance().addHook('preParsing', (request, reply, _payload, done) => {
      if (!request.is404 || !this.#methods.answer(request, reply)) done();
    });
    this.getInstance().addHook('onRoute', (route) => {
      this.#methods.add(route);
      if (this.#meet) this.#meet(route);
      else this.#early.push(route);
    });
  }

  /** Passes on every route as it is registered, and at once those registered earlier. */
  meetRoutes(meet: (route: RouteOptions) => void): void {
    this.#meet = meet;
    for (const route of this.#early.splice(0)) meet(route);
  }

  /** Shows every request that Node could parse, even one that is refused before any hook runs. */
  meetRequests(meet: Arrival): void {
    this.#arrival.meet = meet;
  }

  /** Passes every request through this gate, before the application's middleware. */
  guardWith(gate: Gate): void {
    this.#gate = gate;
  }

  /** OPTIONS requests that are not preflights are handled as without CORS. */
  override enableCors(options?: CorsOptions): void {
    super.enableCors(forPreflightsOnly(options));
  }

  /** A path that exists with another method is 405. */
  override setNotFoundHandler(
    handler: NotFoundHandler,
  ): ReturnType<FastifyAdapter['setNotFoundHandler']> {
    const methods = this.#methods;
    return super.setNotFoundHandler(function (this: FastifyInstance, ...asked: RequestAndReply) {
      return methods.answer(...asked) ? asked[1] : (handler as Handler).apply(this, asked);
    });
  }

  /** JSON bodies are checked before they are parsed, unless the application brings the parser. */
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

  /** Uses this form for all errors from now on. */
  useErrors(bodies: ErrorBodies): void {
    useErrorBodies(this.getInstance(), bodies);
    useErrorBodies(this.#response.prototype, bodies);
  }

  /**
   * A filter that extends Nest's `BaseExceptionFilter`, to observe, leaves the response to Nest,
   * whose body is replaced by the problem of its status.
   */
  override reply(response: FastifyReply, body: unknown, statusCode?: number): FastifyReply {
    if (!('raw' in response) || !isAnswerOfNest(body, statusCode)) {
      return super.reply(response as never, body, statusCode) as never;
    }
    const code = codeOfStatus[statusCode!] ?? (statusCode! < 500 ? 'bad_request' : 'internal');
    sendProblem(response, problem(code));
    return response;
  }

  /** Waits for this whenever the application stops, before its first hook runs. */
  drainWith(drain: Drain): void {
    this.#drain = drain;
  }

  override async beforeClose(): Promise<void> {
    await this.#drain?.announce();
    super.beforeClose();
    await this.#drain?.drain();
  }
}

/** The options of Node's own server, under whichever names Fastify takes them. */
function withServerOptions(
  options: FastifyServerOptions,
  response: ReturnType<typeof sealedResponse>,
): object {
  const { http, https } = options as { http?: object; https?: object | boolean | null };
  // Node swaps the two when the headers have more time than the whole request.
  const headersTimeout = Math.min(headersTime, options.requestTimeout || Infinity);
  const times = { headersTimeout, connectionsCheckingInterval };
  const sealed = { ServerResponse: response };
  if (!https) return { http: { ...times, ...http, ...sealed } };
  return { https: { ...times, ...(https === true ? {} : https), ...sealed } };
}

/**
 * Whether this is Nest's own error body, `{ statusCode, message }`, whose message may quote
 * anything.
 */
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

function logsRequests(options: FastifyServerOptions): boolean {
  const { logger, loggerInstance, disableRequestLogging, logController } =
    options as FastifyServerOptions & { logController?: { disableRequestLogging?: unknown } };
  const isOff = disableRequestLogging ?? logController?.disableRequestLogging;
  return Boolean(logger || loggerInstance) && isOff !== true;
}

function refuseAddress(error: { readonly code: string }, reply: FastifyReply): void {
  const isLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
  // No hook runs for a request without a route.
  letOut(reply.raw);
  sendProblem(reply, problem(isLong ? 'uri_too_long' : 'bad_request'));
}
