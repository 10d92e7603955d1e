/** Options of `enableGracefulShutdown`; all times are in milliseconds. */
export interface GracefulShutdownOptions {
  /**
   * How long the listener stays open after readiness turned false, which a load balancer needs to
   * send its requests elsewhere. Default 0.
   */
  readonly loadBalancerDelay?: number;
  /** How long requests in progress have to finish before they are cut off. Default 20000. */
  readonly drain?: number;
  /**
   * How long the application's hooks and the database connections have to close, and then
   * `afterClose`. Default 5000.
   */
  readonly close?: number;
  /**
   * Signals that stop the application and end the process; a second one ends it immediately.
   * Default SIGINT and SIGTERM. An empty list leaves signals to the application.
   */
  readonly signals?: readonly NodeJS.Signals[];
  /** Runs once the application is closed, for example to stop a server of its own. */
  readonly afterClose?: () => Promise<void>;
}
