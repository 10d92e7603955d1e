import type { DualIdError } from '../errors/dual-id-error.js';
import { refusal } from '../errors/problem.js';

/** Refuses work that finds no room; the caller may try again after a second. */
export function overloaded(cause?: unknown): DualIdError {
  return refusal('overloaded', { retryAfter: 1, cause });
}
