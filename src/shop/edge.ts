import type { EdgeOptions } from 'nest-dual-id/edge';

/** What stands between the shop and the network. */
export interface ShopEdgeOptions {
  /**
   * The maximum delay of the event loop, in milliseconds, before requests are refused; 1,000 by
   * default.
   */
  readonly maxEventLoopDelay?: number;
  /**
   * How many requests a minute one key may send, and half of what one address may; undefined sets
   * no limits at all, not even for single routes.
   */
  readonly requestsPerMinute?: number | undefined;
  /** The addresses of proxies whose `X-Forwarded-For` is believed; none by default. */
  readonly trustProxy?: string | undefined;
  /** Whether a line is logged for every request; not by default. */
  readonly accessLog?: boolean;
}

/** What the library's edge is told. */
export function edgeOptions(edge: ShopEdgeOptions): EdgeOptions {
  const { maxEventLoopDelay = 1_000, requestsPerMinute: max, accessLog = false } = edge;
  return {
    pressure: { maxEventLoopDelay },
    limits: max === undefined ? false : { credential: { max }, address: { max: 2 * max } },
    ...(accessLog ? {} : { log: false }),
  };
}
