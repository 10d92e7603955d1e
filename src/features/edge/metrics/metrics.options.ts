import type { Type } from '@nestjs/common';
import type { ApiAccess } from '../../../core/access/api-access.js';
import type { Counted } from '../../../core/database/counters.js';

/** Something that knows how far the feed of changes is behind, such as `FeedHealth`. */
export interface HorizonAge {
  check(): { readonly horizonAge: number };
}

/** A registry of prom-client. */
export interface MetricsRegistry {
  readonly contentType: string;
  metrics(): Promise<string>;
}

/** Options of `EdgeMetricsModule.forRoot`. */
export interface EdgeMetricsOptions {
  /**
   * Who may read `GET /metrics`. Without access control everyone who can reach it may by default;
   * with it, the application does not boot until this is said.
   */
  readonly api?: ApiAccess;
  /** Providers whose figures are shown, by the name that they get there. Only `Database` by default. */
  readonly counted?: Readonly<Record<string, Type<Counted>>>;
  /** The provider that knows the age of the feed's horizon: `FeedHealth`. None by default. */
  readonly feed?: Type<HorizonAge>;
  /** The registry of prom-client that holds the metrics. One of the module's own by default. */
  readonly registry?: MetricsRegistry;
  /** The bounds of the histogram of durations, in seconds. */
  readonly buckets?: readonly number[];
}
