import type { FieldError } from './dual-id-error.js';

const values = new WeakMap<FieldError, unknown>();

/** Records the value that an error's lookup did not find; it is never shown. */
export function noteSought(error: FieldError, value: unknown): void {
  values.set(error, value);
}

/** The value that was not found, if known. */
export function soughtBy(error: FieldError): unknown {
  return values.get(error);
}
