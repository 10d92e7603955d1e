/**
 * Hands messages to the application's log, or without one to Node's warnings; the same one only
 * once in a row. A log that fails must not end the process out of a timer.
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
      // There is nobody left to tell.
    }
  };
}
