/** Which hosts and origins are served. */
export interface RequestGateOptions {
  /**
   * Names under which the application is reached, such as `api.example.com` or `localhost:3000`;
   * without a port, any port matches. Requests for other hosts are refused. Any host by default.
   */
  readonly allowedHosts?: readonly string[];
  /**
   * Origins, such as `https://app.example.com`, whose pages may send requests that change state and
   * carry cookies. The application's own origin is always allowed. None by default.
   */
  readonly trustedOrigins?: readonly string[];
}
