import type { INestApplication } from '@nestjs/common';
import { problem } from '../../core/errors/problem.js';
import { DualIdFastifyAdapter } from '../../core/http/dual-id-fastify-adapter.js';
import type { EdgeOptions } from './edge.options.js';

const protectedAdapters = new WeakSet<DualIdFastifyAdapter>();

/** Refuses an application whose requests an edge could not meet, or has met already. */
export function requireEdgeApplication(
  app: INestApplication,
  { log }: EdgeOptions,
): DualIdFastifyAdapter {
  const adapter = (app as Partial<INestApplication>).getHttpAdapter?.() as unknown;
  if (!(adapter instanceof DualIdFastifyAdapter)) {
    throw refusedEdge(
      'was given an application without HTTP, or on another adapter; create it with NestFactory.create(AppModule, new DualIdFastifyAdapter()).',
    );
  }
  if (protectedAdapters.has(adapter)) {
    throw refusedEdge('was called twice for one application. Call it once, with all its options.');
  }
  // Nest keeps this to itself.
  if ((app as unknown as { isInitialized: boolean }).isInitialized) {
    throw refusedEdge('was called after app.init() or app.listen(). Call it before.');
  }
  if (log !== false && adapter.logsRequests) {
    throw refusedEdge(
      'would log each request a second time: the logger of Fastify logs them too, with their addresses. Create the adapter with logController: new LogController({ disableRequestLogging: true }), which fastify exports, or set log: false.',
    );
  }
  protectedAdapters.add(adapter);
  return adapter;
}

function refusedEdge(how: string): Error {
  return problem('setup_refused', { detail: `protectEdge ${how}` });
}
