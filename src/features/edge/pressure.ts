import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { refusal } from '../../core/errors/problem.js';
import { sendProblem } from '../../core/http/problem-document.js';
import type { HealthRoutes } from './health-routes.js';
import { loadOptional } from './optional-package.js';
import type { EdgePressureOptions } from './pressure.options.js';

/**
 * Refuses requests while the process has too much to do. Health is still reported: a process that
 * is restarted because of its load comes back to even more of it.
 */
export async function refuseOverload(
  app: NestFastifyApplication,
  { retryAfter = 1, ...limits }: EdgePressureOptions,
  health: HealthRoutes,
): Promise<void> {
  const load = () => import('@fastify/under-pressure');
  const { default: underPressure } = await loadOptional(
    '@fastify/under-pressure',
    load,
    'set pressure: false',
  );
  await app.register(underPressure as never, {
    maxEventLoopDelay: 1_000,
    ...limits,
    // The hook below refuses, in the form of the application's errors.
    pressureHandler: () => undefined,
  });
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const { isUnderPressure } = fastify as unknown as { isUnderPressure(): boolean };
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!isUnderPressure() || health.has(request)) done();
    else sendProblem(reply, refusal('overloaded', { retryAfter }));
  });
}
