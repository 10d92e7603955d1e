import { DualIdError } from '../errors/dual-id-error.js';
import { problem } from '../errors/problem.js';
import { currentCaller } from './caller.js';

/** Codes that ask a client to send its request again, as if nothing had been done. */
const repeatable: ReadonlySet<string> = new Set([
  'unavailable',
  'overloaded',
  'concurrent_change',
  'locked',
]);

/** A request's error, corrected for anything that was already committed for it. */
export function afterWrites(error: unknown): unknown {
  if (!(error instanceof DualIdError) || !repeatable.has(error.code)) return error;
  return currentCaller()?.hasWritten ? problem('outcome_unknown', { cause: error }) : error;
}
