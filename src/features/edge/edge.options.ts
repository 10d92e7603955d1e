import type { EdgeCorsOptions } from './headers/cors.options.js';
import type { EdgeHeadersOptions } from './headers/headers.options.js';
import type { EdgeLimitsOptions } from './limits/limits.options.js';
import type { EdgeLogOptions } from './log/log.options.js';
import type { EdgePressureOptions } from './pressure.options.js';

/** Options of `protectEdge`. */
export interface EdgeOptions {
  /** How many requests an address and a credential may send; `false` sets no limits. */
  readonly limits?: EdgeLimitsOptions | false;
  /** The security headers of responses; `false` leaves them to the application. */
  readonly headers?: EdgeHeadersOptions | false;
  /** The origins whose pages may call the API. None by default. */
  readonly cors?: EdgeCorsOptions;
  /** When the process refuses requests because of its load; `false` never does. */
  readonly pressure?: EdgePressureOptions | false;
  /** Where the access log goes; `false` writes none. */
  readonly log?: EdgeLogOptions | false;
  /** Whether requests belong to traces. On by default. */
  readonly trace?: boolean;
  /**
   * Whether a well-formed `X-Request-Id` of the client is kept, because a proxy sets it. Off by
   * default.
   */
  readonly trustRequestId?: boolean;
  /**
   * The addresses of health routes as they are served, with the global prefix; routes below them
   * count as well. They have no limits. Default `['/health']`.
   */
  readonly health?: readonly string[];
}
