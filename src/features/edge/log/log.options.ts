/** Takes the lines of a log, such as a stream. */
export interface LogDestination {
  write(line: string): unknown;
}

/** Options of `protectEdge({ log })`. */
export interface EdgeLogOptions {
  /** Takes the lines. The standard output by default. */
  readonly destination?: LogDestination;
}
