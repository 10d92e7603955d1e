import { constants } from 'node:os';

const signalNames = ['SIGINT', 'SIGTERM'] as const;

type Signal = (typeof signalNames)[number];

/** What a signal does to the shop; the promise resolves to the exit code. */
export type OnSignal = (signal: Signal) => Promise<number>;

/**
 * Listens to the signals that stop the shop from the very start: one that comes before it serves
 * requests has to stop the embedded server as well. A second signal does not wait.
 */
export class StartSignals {
  /** Whether a signal has come, so that failures from now on are its consequence. */
  isHeard = false;

  constructor(private onSignal: OnSignal) {
    for (const signal of signalNames) process.on(signal, (heard) => this.#hear(heard as Signal));
  }

  /** Replaces what signals do from now on. */
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

/** The exit code of a process that was ended by a signal before its work was done. */
export function exitCode(signal: Signal): number {
  return 128 + constants.signals[signal];
}
