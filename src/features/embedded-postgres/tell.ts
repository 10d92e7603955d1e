/**
 * Passes messages to the application's log, or without one to Node's warnings; drops repetitions of
 * the last one. A failing log must not end the process from a timer.
 */
export function tellOnce(log: ((message: string) => void) | undefined): (message: string) => void {
  let last: string | undefined;
  return (message) => {
    if (message === last) return;
    last = message;
    try {
      if (log) log(message);
      else process.emitWarning(message, 'EmbeddedPostgresWarning');
    } catch {
      // The log has failed, so there is nowhere to report this.
    }
  };
}
