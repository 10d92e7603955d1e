import { problem } from '../../../core/errors/problem.js';

/** How many requests there may be in a window of time. */
export interface Limit {
  readonly max: number;
  /** The length of the window in milliseconds. Default 60,000. */
  readonly window?: number;
}

/** The limits that a route may have instead of the general ones. */
export interface RouteLimits {
  /** Requests from one address, whatever credentials they have. */
  readonly address?: Limit;
  /** Requests with one bearer token, from wherever they come. */
  readonly credential?: Limit;
}

/** Options of `protectEdge({ limits })`. */
export interface EdgeLimitsOptions extends RouteLimits {
  /** Responses 401 to one address, after which it is refused until the window ends. */
  readonly failures?: Limit;
  /**
   * How many addresses, and how many credentials, are remembered for each limit; the one that was
   * not seen for the longest time is forgotten first. Default 10,000.
   */
  readonly maxTracked?: number;
}

/** The limits of an application that sets none of its own. */
export const defaultEdgeLimits = {
  address: { max: 1_200 },
  credential: { max: 600 },
  failures: { max: 30 },
  maxTracked: 10_000,
} as const satisfies EdgeLimitsOptions;

/** Refuses a limit that nobody or everybody passes. */
export function requireLimit(name: string, { max, window = 1 }: Limit): void {
  if (Number.isSafeInteger(max) && max > 0 && window > 0 && window < 2 ** 31) return;
  throw problem('setup_refused', {
    detail: `The limit ${name} of the edge is ${max} requests in ${window} ms; both are numbers above 0, such as { max: 600, window: 60_000 }.`,
  });
}
