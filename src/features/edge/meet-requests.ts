import type { FastifyInstance } from 'fastify';
import { Logger } from '@nestjs/common';
import type { DualIdFastifyAdapter } from '../../core/http/dual-id-fastify-adapter.js';
import type { Arrived, Exchange } from './exchange.js';
import { whenOver } from './exchange.js';
import { RequestIds } from './request-id.js';
import type { Trace } from './trace.js';
import { receivedTrace } from './trace-headers.js';
import { withinTrace } from './trace.js';
import { loadOptional } from './optional-package.js';
import type { EdgeOptions } from './edge.options.js';

/** What is told of every exchange once it is over. */
export type ExchangeListener = (exchange: Exchange) => void;

const traceKey = Symbol('nest-dual-id:trace');
type Traced = object & { [traceKey]?: Trace };

/** Gives each request its id and trace, and tells the listeners how it ended. */
export async function meetRequests(
  adapter: DualIdFastifyAdapter,
  { trustRequestId = false, trace = true }: EdgeOptions,
  listeners: readonly ExchangeListener[],
): Promise<void> {
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  const ids = new RequestIds(trustRequestId);
  const api = trace ? await loadTracing() : undefined;
  const tell = tellEach(listeners);
  // The same id stands in lines that Fastify's logger writes for a request.
  fastify.setGenReqId((raw) => ids.of(raw as Parameters<RequestIds['of']>[0]));
  adapter.meetRequests((request, reply) => {
    const arrived: Arrived = {
      requestId: ids.of(request.raw),
      trace: api && receivedTrace(request.headers, api),
    };
    if (arrived.trace) (request as Traced)[traceKey] = arrived.trace;
    reply.raw.setHeader('X-Request-Id', arrived.requestId);
    whenOver(request, reply, arrived, tell);
  });
  if (!api) return;
  // Fastify's parsers of bodies keep the context of their request.
  fastify.addHook('onRequest', (request: Traced, _reply: unknown, done: () => void) =>
    withinTrace(request[traceKey], done),
  );
}

function loadTracing() {
  const load = () => import('@opentelemetry/api');
  return loadOptional('@opentelemetry/api', load, 'set trace: false');
}

/** A listener that fails must not end the process, nor keep the others from being told. */
function tellEach(listeners: readonly ExchangeListener[]): ExchangeListener {
  return (exchange) => {
    for (const listener of listeners) {
      try {
        listener(exchange);
      } catch (error) {
        new Logger('DualId').error(`An exchange was not recorded: ${(error as Error).message}`);
      }
    }
  };
}
