import { errorCodes } from './error-codes.js';
import { problemsOf } from './dual-id-error.js';

/** Makes an error of the library's own table of codes. */
export const problem = problemsOf(errorCodes);
