import { isContended, retry } from './contention.js';
import type { WhatStays } from './import-failure.js';
import { asImportError } from './import-failure.js';
import type { ImportRun } from './import-table.js';
import { withTransaction } from './transaction.js';

/** How a step of an import fails and is tried again. */
export interface StepOptions {
  readonly whatStays: WhatStays;
  /** Whether the work can still be done from the start; a stream that was read is gone. */
  readonly isRepeatable?: () => boolean;
}

/** A deadlock that ended the import has let the others go, and costs it one more reading. */
const minStepTries = 5;

/** One transaction of an import; what stops it becomes an `ImportError`. */
export async function runStep<T>(
  run: ImportRun,
  work: () => Promise<T>,
  { whatStays, isRepeatable }: StepOptions,
): Promise<T> {
  try {
    return await transact(run, work, isRepeatable);
  } catch (error) {
    throw asImportError(error, whatStays);
  }
}

/** One transaction, begun again from nothing while other writers are in its way. */
export async function transact<T>(
  { client, rejects, lockWait }: ImportRun,
  work: () => Promise<T>,
  isRepeatable = () => true,
): Promise<T> {
  const canRetry = (error: unknown) => isContended(error) && isRepeatable();
  const written = await rejects.position();
  return retry({ minTries: minStepTries, minMilliseconds: lockWait, canRetry }, async () => {
    await rejects.rewind(written);
    return withTransaction(client, work);
  });
}
