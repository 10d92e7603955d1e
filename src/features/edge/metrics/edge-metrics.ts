import type { Exchange } from '../exchange.js';
import type { MetricsRegistry } from './metrics.options.js';

/** A histogram of prom-client by method, route and status. */
export interface Durations {
  labels(method: string, route: string, status: string): { observe(seconds: number): void };
}

/**
 * The metrics of an application: how long requests take, by method, route and status; the figures
 * of its parts; and those of the process. No label is made from what a client sends.
 */
export class EdgeMetrics {
  constructor(
    private readonly registry: MetricsRegistry,
    private readonly durations: Durations,
  ) {}

  /** The media type of the text. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /** All metrics in the text format of Prometheus. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  /** Adds one exchange; `none` is the route of addresses that no route has. */
  observe({ method, route = 'none', status, milliseconds, isAborted }: Exchange): void {
    const label = isAborted || status === undefined ? 'aborted' : String(status);
    this.durations.labels(method, route, label).observe(milliseconds / 1000);
  }
}
