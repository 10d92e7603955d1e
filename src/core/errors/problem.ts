import { errorCodes } from './error-codes.js';
import { problemsOf } from './dual-id-error.js';

/** Makes an error of the library's own table of codes. */
export const problem = problemsOf(errorCodes);

/**
 * Makes an error of a request that is refused before anything ran for it. It has no stack: the
 * place tells nobody anything, and finding it costs more than the rest of the refusal.
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
