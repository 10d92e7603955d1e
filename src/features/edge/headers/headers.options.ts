/** Options of `protectEdge({ headers })`. */
export interface EdgeHeadersOptions {
  /**
   * Tells browsers to use nothing but HTTPS for this host: `true` for a year, or how long in
   * seconds and whether for subdomains too. Off by default.
   */
  readonly hsts?: boolean | { readonly maxAge: number; readonly includeSubDomains?: boolean };
}
