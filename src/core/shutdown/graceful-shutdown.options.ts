/** Options of `enableGracefulShutdown`; all times are in milliseconds. */
export interface GracefulShutdownOptions {
  /**
   * How long the listener stays open after readiness turned false, which a load balancer needs to
   * send its requests elsewhere. Default 0.
   */
  readonly loadBalancerDelay?: number;
  /** How long requests under way have to end before they are cut. Default 20000. */
  readonly drain?: number;
  /**
   * How long the hooks of the application and the database connections have to close, and then
   * `afterClose`. Default 5000.
   */
  readonly close?: number;
  /**
   * Signals that stop the application and end the process; a second one ends it at once. Default
   * SIGINT and SIGTERM. An empty list leaves signals to the application.
   */
  readonly signals?: readonly NodeJS.Signals[];
  /** Runs once the application is closed, such as the stop of a server of its own. */
  readonly afterClose?: () => Promise<void>;
}
