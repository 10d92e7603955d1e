import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sendProblem } from '../../../core/http/problem-document.js';
import type { HealthRoutes } from '../health-routes.js';
import { loadOptional } from '../optional-package.js';
import type { NormalizeIp } from './client-keys.js';
import type { EdgeLimitsOptions } from './limits.options.js';
import { RateLimits } from './rate-limits.js';

/** Refuses requests beyond the limits before anything is looked up for them. */
export async function limitRequests(
  app: NestFastifyApplication,
  options: EdgeLimitsOptions,
  health: HealthRoutes,
): Promise<void> {
  const load = () => import('@fastify/rate-limit');
  const module = await loadOptional('@fastify/rate-limit', load, 'set limits: false');
  await app.register(module.default as never, { global: false });
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const { normalizeIP } = module as unknown as { readonly normalizeIP: NormalizeIp };
  const limits = new RateLimits(fastify, options, normalizeIP);
  const warnOfProxy = proxyWarning();
  fastify.addHook('onRequest', (request, reply, done) => {
    warnOfProxy(request);
    if (health.has(request)) return done();
    limits.refusalOf(request).then((refused) => {
      if (refused) sendProblem(reply, refused);
      else done();
    }, done);
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    // Any page can make a browser send requests without credentials, and none may lock it out.
    const isGuess = reply.statusCode === 401 && request.headers.authorization !== undefined;
    if (!isGuess) return done(null, payload);
    limits.noteFailure(request).then(() => done(null, payload), done);
  });
}

/** Says once that every client behind a proxy is taken for the proxy. */
function proxyWarning(): (request: FastifyRequest) => void {
  let isSaid = false;
  return ({ headers, ips }) => {
    if (isSaid || ips !== undefined || headers['x-forwarded-for'] === undefined) return;
    isSaid = true;
    new Logger('DualId').warn(
      'A request came with X-Forwarded-For, which is ignored: all clients behind one proxy share its limits. Set trustProxy of DualIdFastifyAdapter to the addresses of your proxies.',
    );
  };
}
