import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ApiAccess } from '../../../core/access/api-access.js';
import { declaredAccess } from '../../../core/access/api-access.js';
import { WithoutEnvelope } from '../../../core/http/envelope.js';
import { HiddenFromOpenApi } from '../../../core/http/route-description.js';
import { Unshaped } from '../../../core/http/route.decorators.js';
import { EdgeMetrics } from './edge-metrics.js';

/** Makes the controller of `GET /metrics`. Without an access, its route has no policy. */
export function metricsController(access: ApiAccess | undefined): Type {
  @Controller('metrics')
  @WithoutEnvelope()
  @HiddenFromOpenApi()
  class MetricsController {
    constructor(@Inject(EdgeMetrics) private readonly metrics: EdgeMetrics) {}

    @Get()
    @Unshaped('text for Prometheus: figures by route, no rows')
    read(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
      void reply.header('Content-Type', this.metrics.contentType);
      return this.metrics.text();
    }
  }

  if (access !== undefined)
    declaredAccess('EdgeMetricsModule', access).controller(MetricsController);
  return MetricsController;
}
