import { constants } from 'node:os';

/**
 * Ends the process once `stop` has finished: with 0 if everything closed, otherwise with 1. A
 * second signal does not wait. Returns a function that removes the listeners.
 */
export function listenToSignals(
  signals: readonly NodeJS.Signals[],
  stop: (signal: NodeJS.Signals) => Promise<boolean>,
): () => void {
  let isStopping = false;
  const heard = (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(128 + constants.signals[signal]);
    isStopping = true;
    void stop(signal).then((isClosed) => process.exit(isClosed ? 0 : 1));
  };
  for (const signal of signals) process.on(signal, heard);
  return () => {
    for (const signal of signals) process.off(signal, heard);
  };
}
