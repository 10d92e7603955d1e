/** Ends what was started when the process is told to end, which is then told again. */
export function endOnSignal(end: () => Promise<unknown>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void end().finally(() => process.kill(process.pid, signal)));
  }
}
