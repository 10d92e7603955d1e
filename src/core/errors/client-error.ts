import { conversionErrorCodes } from './conversion-error-codes.js';
import type { DualIdError } from './dual-id-error.js';
import type { ErrorDefinition } from './error-codes.js';
import { errorCodes } from './error-codes.js';
import { refusal } from './problem.js';

/**
 * Errors whose messages are for developers and operators: they name tables, roles and functions.
 * An application may have given one of these codes another meaning.
 */
const internalErrors: ReadonlySet<ErrorDefinition> = new Set([
  errorCodes.misuse,
  errorCodes.setup_refused,
  errorCodes.cluster_changed,
  errorCodes.pepper_differs,
  errorCodes.pepper_unproven,
  ...Object.values(conversionErrorCodes),
  errorCodes.migration_blocked,
  errorCodes.schema_outdated,
  errorCodes.schema_newer,
]);

/** An error as a client may see it: a fault in the application shows only that there was one. */
export function clientError(error: DualIdError): DualIdError {
  return internalErrors.has(error.definition) ? refusal('internal') : error;
}
