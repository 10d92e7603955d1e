/** Options of `Readiness`, in `DualIdModule.forRoot({ readiness })`. */
export interface ReadinessOptions {
  /**
   * What the application needs from the database. With `write`, the default, it is not ready on a
   * standby, a read-only database or a full disk; with `read` it is.
   */
  readonly access?: 'read' | 'write';
  /** How long a check may take, connecting included, in milliseconds. Default 2000. */
  readonly limit?: number;
  /**
   * How often a check writes to the database to verify that it can, in milliseconds. Default 10000.
   */
  readonly writeEvery?: number;
}
