import { Logger } from '@nestjs/common';

/** Calls a callback, and logs anything it throws or rejects with. */
export function callSafely(callback: () => unknown): void {
  try {
    Promise.resolve(callback()).catch(reportFailure);
  } catch (error) {
    reportFailure(error);
  }
}

function reportFailure(error: unknown): void {
  new Logger('DualId').error('A callback after commit failed.', (error as Error | null)?.stack);
}
