/** Options of `protectEdge({ pressure })`. */
export interface EdgePressureOptions {
  /** How late the event loop may run, in milliseconds, averaged over a second. Default 1000. */
  readonly maxEventLoopDelay?: number;
  /** The share of time for which the event loop may be busy, up to 1. Not limited by default. */
  readonly maxEventLoopUtilization?: number;
  /** Bytes that the heap may use. Not limited by default. */
  readonly maxHeapUsedBytes?: number;
  /** Bytes of memory that the process may use. Not limited by default. */
  readonly maxRssBytes?: number;
  /** The seconds after which clients are told to come back. Default 1. */
  readonly retryAfter?: number;
}
