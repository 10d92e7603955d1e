import { errorCodes } from './error-codes.js';
import { problemsOf } from './dual-id-error.js';

/** Creates an error with one of the library's codes. */
export const problem = problemsOf(errorCodes);

/**
 * Creates an error for a request refused before anything ran for it. It has no stack, which would
 * be useless here and would cost more than the rest of the refusal.
 */
export const refusal: typeof problem = (code, details) => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return problem(code, details);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};
