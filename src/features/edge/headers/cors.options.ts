/** Options of `protectEdge({ cors })`. */
export interface EdgeCorsOptions {
  /** Origins as browsers send them, such as `https://shop.example`; or `*` alone for every origin. */
  readonly origins: readonly string[];
  /** Whether browsers send cookies and may show the response. Off by default; never with `*`. */
  readonly credentials?: boolean;
  /** Headers of responses that pages may read, in addition to those of the library. */
  readonly exposedHeaders?: readonly string[];
  /** How long a browser keeps the result of a preflight, in seconds. Default 600. */
  readonly maxAge?: number;
}
