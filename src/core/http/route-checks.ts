import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { problem } from '../errors/problem.js';
import type { CompiledRoute } from './compiled-route.js';
import { problemSchema } from './problem-document.js';
import { checkAddress, checkInput } from './request-checks.js';
import { isCancellable, runForClient } from './request-caller.js';
import { describeAnswer, requireSerialized } from './response-checks.js';
import { ownParametersOf } from './route-description.js';
import { RouteCompiler } from './route-compiler.js';
import type { RouteOrigin } from './route.decorators.js';
import { originKey } from './route.decorators.js';

/** Key of the reason in the config of a plain Fastify route that stands outside the guarantees. */
export const exemptKey = 'dualIdExempt';

/**
 * Meets every route as Fastify registers it: compiles it, hangs the checks before and after its
 * handler, and gives it the response schema. A route it cannot vouch for stops the boot.
 */
@Injectable()
export class RouteChecks {
  readonly #routes: CompiledRoute[] = [];

  constructor(
    @Inject(HttpAdapterHost) { httpAdapter }: HttpAdapterHost,
    @Inject(RouteCompiler) private readonly compiler: RouteCompiler,
  ) {
    // An application context without HTTP, such as a command, has no adapter and no routes.
    if (!httpAdapter) return;
    if (httpAdapter.getType() !== 'fastify') {
      throw problem('setup_refused', {
        detail:
          'The application runs on the Express adapter, which has no response schemas. Create it with NestFactory.create(AppModule, new FastifyAdapter()).',
      });
    }
    const fastify = httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onRoute', (route) => this.#meet(route));
  }

  /** Every route of the application, in the order of registration. */
  get routes(): readonly CompiledRoute[] {
    return this.#routes;
  }

  #meet(route: RouteOptions): void {
    const config = (route.config ?? {}) as Record<string, unknown>;
    const origin = config[originKey] as RouteOrigin | undefined;
    if (isExempt(config) || (origin === undefined && isPreflight(route))) return;
    const method = [route.method].flat().join(',');
    const compiled = this.compiler.compile(method, route.url, origin);
    if (method !== 'HEAD') this.#routes.push(compiled);
    hang(route, compiled);
  }
}

function isExempt(config: Record<string, unknown>): boolean {
  const reason = config[exemptKey];
  return typeof reason === 'string' && reason.trim() !== '';
}

/** The one route that @fastify/cors adds, for every address. */
function isPreflight({ method, url }: RouteOptions): boolean {
  return method === 'OPTIONS' && (url === '*' || url === '/*');
}

function takesKey({ origin }: CompiledRoute): boolean {
  return ownParametersOf(origin).some(({ name }) => name === 'Idempotency-Key');
}

function hang(route: RouteOptions, compiled: CompiledRoute): void {
  route.onRequest = [...[route.onRequest ?? []].flat(), checkAddress(compiled)];
  if (compiled.body) {
    route.preValidation = [...[route.preValidation ?? []].flat(), checkInput(compiled.body)];
  }
  if (isCancellable(compiled.method)) {
    route.preHandler = [...[route.preHandler ?? []].flat(), runForClient(takesKey(compiled))];
  }
  if (!compiled.responseSchema) return;
  route.preSerialization = [...[route.preSerialization ?? []].flat(), describeAnswer(compiled)];
  route.onSend = [...[route.onSend ?? []].flat(), requireSerialized(compiled)];
  const shape = compiled.responseSchema;
  const response = { '2xx': shape, '3xx': shape, '4xx': problemSchema, '5xx': problemSchema };
  route.schema = { ...route.schema, response };
}
