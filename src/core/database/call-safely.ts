import { Logger } from '@nestjs/common';

/** Calls back, and writes what the callback throws or rejects with to the log. */
export function callSafely(callback: () => unknown): void {
  try {
    Promise.resolve(callback()).catch(report);
  } catch (error) {
    report(error);
  }
}

function report(error: unknown): void {
  new Logger('DualId').error('A callback after commit failed.', (error as Error | null)?.stack);
}
