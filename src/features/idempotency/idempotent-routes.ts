import type { OnApplicationBootstrap } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Persons } from '../../core/erasure/persons.js';
import { problem, refusal } from '../../core/errors/problem.js';
import type { CompiledRoute } from '../../core/http/compiled-route.js';
import { DualIdFastifyAdapter } from '../../core/http/dual-id-fastify-adapter.js';
import { sendProblem } from '../../core/http/problem-document.js';
import { RouteChecks } from '../../core/http/route-checks.js';
import { readsKey } from '../../core/http/route-description.js';
import type { RouteOrigin } from '../../core/http/route.decorators.js';
import { originKey } from '../../core/http/route.decorators.js';
import type { IdempotencyOptions } from './idempotency.options.js';
import { IDEMPOTENCY_OPTIONS } from './idempotency.options.js';

/** Checks at boot that responses can be stored, and refuses a key on routes that do not read it. */
@Injectable()
export class IdempotentRoutes implements OnApplicationBootstrap {
  constructor(
    @Inject(HttpAdapterHost) host: HttpAdapterHost,
    @Inject(RouteChecks) private readonly checks: RouteChecks,
    @Inject(IDEMPOTENCY_OPTIONS) private readonly options: IdempotencyOptions,
    @Inject(Persons) private readonly persons: Persons,
  ) {
    // A testing module gets its adapter after its providers, and a command never gets one.
    host.init$.subscribe(() => refuseIgnoredKeysOf(host.httpAdapter));
  }

  async onApplicationBootstrap(): Promise<void> {
    const routes = this.checks.routes.filter(({ origin }) => readsKey(origin));
    for (const route of routes) this.#check(route);
    if (routes.length > 0) await this.persons.requireRights();
  }

  #check({ method, url, answer }: CompiledRoute): void {
    if (answer.kind === 'unshaped') {
      throw problem('setup_refused', {
        detail: `${method} ${url} is @Idempotent() and @Unshaped. A response is stored as its schema shows it: declare one with @Returns or @ReturnsSchema.`,
      });
    }
    if (this.options.caller !== undefined) return;
    throw problem('setup_refused', {
      detail: `${method} ${url} is @Idempotent(), and a key counts for one caller, whom the application identifies. Write IdempotencyModule.forRoot({ caller: (request) => request.user.uuid }), or caller: 'everyone' if all callers are one.`,
    });
  }
}

/** Other adapters are refused by the route checks. */
function refuseIgnoredKeysOf(adapter: unknown): void {
  if (adapter instanceof DualIdFastifyAdapter) {
    adapter.getInstance<FastifyInstance>().addHook('onRequest', refuseIgnoredKey);
  }
}

/**
 * A client that sends a key relies on it when it retries, so a route that creates something and
 * would ignore the key refuses the request.
 */
function refuseIgnoredKey(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  if (request.method !== 'POST' || request.headers['idempotency-key'] === undefined) return done();
  const config = request.routeOptions.config as { readonly [originKey]?: RouteOrigin } | undefined;
  const origin = config?.[originKey];
  if (origin === undefined || readsKey(origin)) return done();
  sendProblem(reply, refusal('invalid_header', { errors: [ignored] }));
}

const ignored = {
  header: 'Idempotency-Key',
  detail: 'is not read by this route, which runs a repeated request again',
};
