import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { instancesOf } from '../../core/shutdown/application-parts.js';
import { requireEdgeApplication } from './edge-application.js';
import type { EdgeOptions } from './edge.options.js';
import { openTo } from './headers/cors.js';
import { sendSecurityHeaders } from './headers/security-headers.js';
import { HealthRoutes } from './health-routes.js';
import { limitRequests } from './limits/limit-requests.js';
import { accessLog } from './log/access-log.js';
import type { ExchangeListener } from './meet-requests.js';
import { meetRequests } from './meet-requests.js';
import { EdgeMetrics } from './metrics/edge-metrics.js';
import { refuseOverload } from './pressure.js';

/**
 * Puts an edge around an application: request ids, traces, an access log, security headers, CORS,
 * refusals under pressure and rate limits. Call it once, before the application is initialized or
 * listens.
 */
export async function protectEdge(
  app: NestFastifyApplication,
  options: EdgeOptions = {},
): Promise<void> {
  const adapter = requireEdgeApplication(app, options);
  const health = new HealthRoutes(options.health);
  const { log = {}, cors, headers = {}, pressure = {}, limits = {} } = options;
  const listeners: ExchangeListener[] = instancesOf(app, EdgeMetrics).map(
    (metrics) => (exchange) => metrics.observe(exchange),
  );
  if (log !== false) listeners.push(await accessLog(log));
  await meetRequests(adapter, options, listeners);
  // Pages of other origins can read refusals only if these headers come before them.
  if (cors) openTo(app, cors);
  if (headers !== false) await sendSecurityHeaders(app, headers);
  if (pressure !== false) await refuseOverload(app, pressure, health);
  if (limits !== false) await limitRequests(app, limits, health);
}
