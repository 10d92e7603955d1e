import { Global, Inject, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationBootstrap } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Database } from '../../../core/database/database.js';
import { EdgeMetrics } from './edge-metrics.js';
import { metricsController } from './metrics.controller.js';
import type { EdgeMetricsOptions, MetricsRegistry } from './metrics.options.js';
import { edgeMetrics, metricsRegistry, showFigures } from './prometheus.js';

const METRICS_OPTIONS = Symbol('nest-dual-id:edge-metrics-options');
const METRICS_REGISTRY = Symbol('nest-dual-id:edge-metrics-registry');

/** Serves the metrics of an application at `GET /metrics`; `protectEdge` adds its requests. */
@Global()
@Module({})
export class EdgeMetricsModule implements OnApplicationBootstrap {
  constructor(
    @Inject(ModuleRef) private readonly parts: ModuleRef,
    @Inject(METRICS_OPTIONS) private readonly options: EdgeMetricsOptions,
    @Inject(METRICS_REGISTRY) private readonly registry: MetricsRegistry,
  ) {}

  static forRoot(options: EdgeMetricsOptions = {}): DynamicModule {
    return {
      module: EdgeMetricsModule,
      controllers: [metricsController(options.api)],
      providers: [
        { provide: METRICS_OPTIONS, useValue: options },
        { provide: METRICS_REGISTRY, useFactory: () => metricsRegistry(options) },
        {
          provide: EdgeMetrics,
          useFactory: (registry: MetricsRegistry) => edgeMetrics(registry, options.buckets),
          inject: [METRICS_REGISTRY],
        },
      ],
      exports: [EdgeMetrics],
    };
  }

  onApplicationBootstrap(): Promise<void> {
    const { counted = {}, feed } = this.options;
    const find = <T>(type: new (...args: never[]) => T) =>
      this.parts.get<T>(type as never, { strict: false });
    const all = Object.entries({ database: Database, ...counted });
    return showFigures(this.registry, {
      counted: Object.fromEntries(all.map(([name, type]) => [name, find(type)])),
      feed: feed && find(feed),
    });
  }
}
