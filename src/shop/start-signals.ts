import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM'] as const;

type Signal = (typeof signals)[number];

/** What a signal does to the shop; the promise is the exit code. */
export type OnSignal = (signal: Signal) => Promise<number>;

/**
 * Listens to the signals that stop the shop from its first moment on: one that comes before it
 * serves has to end the embedded server as well. A second signal does not wait.
 */
export class StartSignals {
  /** Whether one has come, so that what fails now fails because of it. */
  isHeard = false;

  constructor(private onSignal: OnSignal) {
    for (const signal of signals) process.on(signal, (heard) => this.#hear(heard as Signal));
  }

  /** From now on signals do something else. */
  now(onSignal: OnSignal): void {
    this.onSignal = onSignal;
  }

  #hear(signal: Signal): void {
    if (this.isHeard) process.exit(exitCode(signal));
    this.isHeard = true;
    void this.onSignal(signal).then(
      (code) => process.exit(code),
      () => process.exit(exitCode(signal)),
    );
  }
}

/** The exit code of a process that a signal has ended before its work was done. */
export function exitCode(signal: Signal): number {
  return 128 + constants.signals[signal];
}
