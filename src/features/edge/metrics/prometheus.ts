import type { Counted } from '../../../core/database/counters.js';
import { loadOptional } from '../optional-package.js';
import { EdgeMetrics } from './edge-metrics.js';
import type { EdgeMetricsOptions, HorizonAge, MetricsRegistry } from './metrics.options.js';

type Registry = import('prom-client').Registry;

/** What figures are read from. */
export interface MetricsSources {
  readonly counted: Readonly<Record<string, Counted>>;
  readonly feed: HorizonAge | undefined;
}

const defaultBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

function loadPrometheus() {
  const load = () => import('prom-client');
  return loadOptional('prom-client', load, 'do not import EdgeMetricsModule');
}

/** The registry of an application's metrics; one of its own unless it is given. */
export async function metricsRegistry({ registry }: EdgeMetricsOptions): Promise<MetricsRegistry> {
  const { Registry } = await loadPrometheus();
  return registry ?? new Registry();
}

/** Adds the metrics of the process and of requests to a registry. */
export async function edgeMetrics(
  registry: MetricsRegistry,
  buckets: readonly number[] = defaultBuckets,
): Promise<EdgeMetrics> {
  const { collectDefaultMetrics, Histogram } = await loadPrometheus();
  const register = registry as Registry;
  collectDefaultMetrics({ register });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long requests took, from their headers to the end of the response',
    labelNames: ['method', 'route', 'status'],
    buckets: [...buckets],
    registers: [register],
  });
  return new EdgeMetrics(registry, durations);
}

/** Shows the figures of parts from now on, as they are when they are read. */
export async function showFigures(
  registry: MetricsRegistry,
  { counted, feed }: MetricsSources,
): Promise<void> {
  const { Gauge } = await loadPrometheus();
  const register = registry as Registry;
  const figures = new Gauge({
    name: 'dual_id_figure',
    help: 'Figures of the parts of nest-dual-id: counts since the start, and current states',
    labelNames: ['part', 'figure'],
    registers: [],
    collect() {
      for (const [part, source] of Object.entries(counted)) {
        for (const [figure, value] of Object.entries(source.counts())) {
          this.labels(part, figure).set(value);
        }
      }
    },
  });
  register.registerMetric(figures);
  if (!feed) return;
  const age = new Gauge({
    name: 'dual_id_feed_horizon_age_seconds',
    help: 'For how long the oldest open transaction has been holding the feed of changes back',
    registers: [],
    collect() {
      this.set(feed.check().horizonAge);
    },
  });
  register.registerMetric(age);
}
