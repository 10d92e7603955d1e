import { Controller, Get, Header, Inject, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { DualIdModule, Unshaped } from 'nest-dual-id';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { InvoicesModule } from './invoices.module.js';

const registry = new Registry();
collectDefaultMetrics({ register: registry });

const requests = new Histogram({
  name: 'http_request_seconds',
  help: 'How long requests took',
  labelNames: ['method', 'route', 'status'],
  registers: [registry],
});

@Controller('metrics')
export class MetricsController implements OnModuleInit {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  @Get()
  @Header('content-type', registry.contentType)
  @Unshaped('text for Prometheus: counts and durations by route, no rows')
  read(): Promise<string> {
    return registry.metrics();
  }

  /** The route and not the address: `/invoices/:invoiceUuid` is one label for all invoices. */
  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'none';
      requests
        .labels(request.method, route, String(reply.statusCode))
        .observe(reply.elapsedTime / 1000);
      done();
    });
  }
}

@Module({
  imports: [InvoicesModule, DualIdModule.forRoot()],
  controllers: [MetricsController],
})
export class AppModule {}
